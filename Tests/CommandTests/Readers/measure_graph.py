"""Measures a graph by networkx, to compare with what visitlog says of it.

usage: measure_graph.py FILE; the file has an arc a line, two numbers. The answer is JSON: a list of rows for each measure.
"""
import json
import sys

import networkx

arcs = [tuple(map(int, line.split())) for line in open(sys.argv[1])]
directed = networkx.DiGraph(arcs)
graph = networkx.Graph(arcs)
plain = networkx.Graph(arcs)
plain.remove_edges_from(list(networkx.selfloop_edges(plain)))
distances = dict(networkx.all_pairs_shortest_path_length(directed))
bridges = {frozenset(pair) for pair in networkx.bridges(plain)}
json.dump({
    "betweenness": list(map(list, networkx.betweenness_centrality(graph).items())),
    "pagerank": list(map(list, networkx.pagerank(directed, tol=1e-14, max_iter=1000).items())),
    "articulation": [[node] for node in networkx.articulation_points(plain)],
    "bridge": [list(arc) for arc in set(arcs) if frozenset(arc) in bridges],
    "component": [[node, min(part)] for part in networkx.connected_components(graph) for node in part],
    "degree": list(map(list, plain.degree())),
    "in_degree": list(map(list, directed.in_degree())),
    "out_degree": list(map(list, directed.out_degree())),
    "distance": [[a, b, steps] for a in distances if directed.out_degree(a) for b, steps in distances[a].items()],
}, sys.stdout)
