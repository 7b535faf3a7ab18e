"""Reads a graph that visitlog wrote with readers that are not its own, and says in JSON which nodes and edges it has.

usage: read_graph.py FORMAT FILE; the answer is {"nodes": [[id, label]...], "edges": [[from, to, label]...]}.
"""
import csv
import json
import re
import subprocess
import sys
import xml.etree.ElementTree


def read_dot(path):
    """By Graphviz. Whole labels are the first lines of tooltips; an edge without one shows its whole label."""
    drawn = json.loads(subprocess.run(["dot", "-Tjson", path], check=True, capture_output=True).stdout)

    def plain(text):
        unescaped = re.sub(r"\\(.)", lambda match: "\n" if match[1] == "n" else match[1], text, flags=re.DOTALL)
        return unescaped.replace("&amp;", "&")

    things = {thing["_gvid"]: thing for thing in drawn["objects"]}
    shown = {number: thing for number, thing in things.items() if thing["name"].startswith("e_")}
    nodes = [[thing["name"], plain(thing["tooltip"]).removesuffix("\nhostile")] for thing in shown.values()]
    edges = [[things[edge["tail"]]["name"], things[edge["head"]]["name"], plain(edge.get("tooltip") or edge.get("label", ""))]
             for edge in drawn.get("edges", [])]
    return nodes, edges


def of_networkx(graph):
    """An empty text is no attribute for networkx."""
    nodes = [[node, about.get("label", "")] for node, about in graph.nodes(data=True)]
    edges = [[start, end, about.get("label", "")] for start, end, about in graph.edges(data=True)]
    return nodes, edges


def read_graphml(path):
    import networkx
    return of_networkx(networkx.read_graphml(path))


def read_gexf(path):
    import networkx
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    # Older releases of networkx know the namespaces of 1.2 only; what is read here is the same in both.
    earlier = text.replace("http://gexf.net/1.3/viz", "http://www.gexf.net/1.2draft/viz").replace(
        "http://gexf.net/1.3", "http://www.gexf.net/1.2draft")
    with open(path + ".1.2", "w", encoding="utf-8", newline="") as file:
        file.write(earlier)
    return of_networkx(networkx.read_gexf(path + ".1.2"))


def read_xml(path):
    """GraphML by a parser of XML alone."""
    space = "{http://graphml.graphdrawing.org/xmlns}"
    root = xml.etree.ElementTree.parse(path).getroot()
    labels = {key.get("id") for key in root.iter(space + "key") if key.get("attr.name") == "label"}

    def label(element):
        return next((data.text or "" for data in element.iter(space + "data") if data.get("key") in labels), None)

    nodes = [[node.get("id"), label(node)] for node in root.iter(space + "node")]
    edges = [[edge.get("source"), edge.get("target"), label(edge)] for edge in root.iter(space + "edge")]
    return nodes, edges


def read_json(path):
    with open(path, encoding="utf-8") as file:
        graph = json.load(file)
    nodes = [[node["id"], node["label"]] for node in graph["nodes"]]
    edges = [[link["source"], link["target"], link["label"]] for link in graph["links"]]
    return nodes, edges


def table(path):
    csv.field_size_limit(1 << 24)
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def read_csv(path):
    rows = table(path)
    ends = [[row["Source"], row["Source label"]] for row in rows] + [[row["Target"], row["Target label"]] for row in rows]
    return [list(end) for end in sorted(set(map(tuple, ends)))], [[row["Source"], row["Target"], row["Label"]] for row in rows]


def read_csv_nodes(path):
    return [[row["Id"], row["Label"]] for row in table(path)], []


def read_mermaid(path):
    """By the rule of the format: numbers of characters, `<br/>` for line breaks, nothing else that is not plain."""
    def plain(label):
        rest = re.sub(r"#\d+;|<br/>", "", label)
        assert not re.search(r"[!-&*+./:-@\[-`{-~\x00-\x1f\x7f]", rest), label
        return re.sub(r"#(\d+);", lambda match: chr(int(match[1])), label.replace("<br/>", "\n"))

    nodes, edges = [], []
    with open(path, encoding="utf-8", newline="\n") as file:
        lines = file.read().split("\n")
    for line in lines[lines.index("flowchart LR") + 1:]:
        if match := re.fullmatch(r'  (\w+) (?:-->|---)\|"([^"]*)"\| (\w+)', line):
            edges.append([match[1], match[3], plain(match[2])])
        elif match := re.fullmatch(r'  (\w+) (?:-->|---) (\w+)', line):
            edges.append([match[1], match[2], ""])
        elif match := re.fullmatch(r'  (\w+)\W+"([^"]*)"\W+:::\w+', line):
            nodes.append([match[1], plain(match[2])])
        else:
            assert re.fullmatch(r"  classDef .*|", line), line
    return nodes, edges


def main():
    form, path = sys.argv[1:]
    nodes, edges = globals()["read_" + form.replace("-", "_")](path)
    print(json.dumps({"nodes": nodes, "edges": edges}))


main()
