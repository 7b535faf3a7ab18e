"""Runs an SQL script in DuckDB with one thread and prints the one number of each query: DATABASE SCRIPT."""

import os
import sys

import duckdb

database, script = sys.argv[1:]
connection = duckdb.connect(database, read_only=database.endswith(".duckdb"))
connection.execute("SET threads = 1")
with open(script, encoding="utf-8") as file:
    for statement in file.read().split(";"):
        rows = connection.execute(statement).fetchall()
        if statement.strip().startswith(("SELECT", "WITH")):
            print(rows[0][0])
sys.stdout.flush()
if database.endswith(".unfinished"):
    connection.close()
os._exit(0)  # Without taking apart what the system frees at once.
