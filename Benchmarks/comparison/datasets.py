"""Seeded generators of facts: `DATASETS[name](size)` gives the relations of one data set, each a list of rows.

The same name and size give the same rows on every machine and in every run. As a program, `datasets.py NAME SIZE DIR`
writes them as TSV files: the driver lets another process make them, because what a process has held is counted into the
peak memory of the commands that it starts.
"""

import os
import random
import subprocess
import sys

SIZES = ("tiny", "small", "medium", "large")


def sized(tiny, small, medium, large):
    """The parameters of the four sizes, by name."""
    return dict(zip(SIZES, (tiny, small, medium, large)))


# Graphs: a relation e of pairs.


def random_edges(generator, nodes, count):
    """Distinct edges between two different nodes, every one as likely as another."""
    edges = set()
    while len(edges) < count:
        edge = (generator.randrange(nodes), generator.randrange(nodes))
        if edge[0] != edge[1]:
            edges.add(edge)
    return shuffled(generator, edges)


def shuffled(generator, rows):
    """The rows in an order that depends on the generator alone."""
    rows = sorted(rows)
    generator.shuffle(rows)
    return rows


def random_graph(size):
    """Three edges a node, at which most nodes reach most others."""
    nodes = sized(60, 1000, 2000, 4000)[size]
    return {"e": random_edges(random.Random(1), nodes, 3 * nodes)}


def chain(size):
    nodes = sized(40, 1000, 2000, 4000)[size]
    return {"e": shuffled(random.Random(2), [(node, node + 1) for node in range(nodes - 1)])}


def grid(size):
    """A square whose edges go right and down."""
    side = sized(6, 30, 45, 64)[size]
    right = [(row * side + column, row * side + column + 1) for row in range(side) for column in range(side - 1)]
    down = [(row * side + column, (row + 1) * side + column) for row in range(side - 1) for column in range(side)]
    return {"e": shuffled(random.Random(3), right + down)}


def tree(size):
    """From each parent to its children; a node's parent is any of those before it."""
    nodes = sized(80, 20_000, 80_000, 320_000)[size]
    generator = random.Random(4)
    return {"e": shuffled(generator, [(generator.randrange(node), node) for node in range(1, nodes)])}


def scattered_graph(size):
    """Many short paths between nodes whose numbers are scattered over two thousand million."""
    nodes = sized(80, 100_000, 300_000, 1_000_000)[size]
    generator = random.Random(5)
    numbers = generator.sample(range(1, 2_000_000_000), nodes)
    edges = random_edges(generator, nodes, nodes * 8 // 10)
    return {"e": [(numbers[source], numbers[target]) for source, target in edges]}


def clustered_graph(size):
    """Components of 200 nodes each, among which every node of a component reaches most of it."""
    clusters = sized(3, 25, 100, 400)[size]
    generator = random.Random(6)
    members = sized(10, 200, 200, 200)[size]
    edges = []
    for cluster in range(clusters):
        base = cluster * members
        edges += [(base + source, base + target) for source, target in random_edges(generator, members, 2 * members)]
    generator.shuffle(edges)
    return {"e": edges}


def levelled_tree(size):
    """From each child to its parent on the level above; each level has twice as many nodes."""
    levels = sized(4, 9, 10, 11)[size]
    generator = random.Random(7)
    above = [0]
    edges = []
    nodes = 1
    for _ in range(levels):
        level = list(range(nodes, nodes + 2 * len(above)))
        nodes += len(level)
        edges += [(node, generator.choice(above)) for node in level]
        above = level
    return {"up": shuffled(generator, edges)}


def skewed_edges(generator, nodes, count, exponent):
    """Edges whose ends are drawn by a power law, from the smaller to the larger number."""
    weights = []
    total = 0.0
    for node in range(nodes):
        total += (node + 10) ** -exponent
        weights.append(total)
    names = list(range(nodes))
    generator.shuffle(names)
    edges = set()
    while len(edges) < count:
        ends = generator.choices(names, cum_weights=weights, k=2 * (count - len(edges)))
        edges.update((min(pair), max(pair)) for pair in zip(ends[::2], ends[1::2]) if pair[0] != pair[1])
    return shuffled(generator, edges)


def skewed_graph(size):
    nodes = sized(40, 15_000, 60_000, 200_000)[size]
    return {"e": skewed_edges(random.Random(8), nodes, 5 * nodes, 0.8)}


def skewed_cycles(size):
    """As the skewed graph, with edges in both directions: one in two runs from the larger to the smaller number."""
    nodes = sized(40, 1_000, 4_000, 16_000)[size]
    generator = random.Random(9)
    edges = skewed_edges(generator, nodes, 5 * nodes, 0.7)
    return {"e": [edge if generator.random() < 0.5 else edge[::-1] for edge in edges]}


# Joins without a cycle, over keys of which few are frequent.


def skewed_pairs(generator, keys, others, count, exponent, key_first=True):
    """Distinct pairs of a key drawn by a power law and of any other value."""
    weights = []
    total = 0.0
    for key in range(keys):
        total += (key + 1) ** -exponent
        weights.append(total)
    pairs = set()
    while len(pairs) < count:
        for key in generator.choices(range(keys), cum_weights=weights, k=count - len(pairs)):
            other = generator.randrange(others)
            pairs.add((key, other) if key_first else (other, key))
    return shuffled(generator, pairs)


def star(size):
    count = sized(60, 20_000, 80_000, 320_000)[size]
    generator = random.Random(10)
    keys = max(count // 10, 5)
    return {name: skewed_pairs(generator, keys, count, count, 0.5) for name in ("r", "s", "t")}


def skewed_chain(size):
    count = sized(60, 20_000, 80_000, 320_000)[size]
    generator = random.Random(11)
    keys = max(count // 10, 20)
    return {
        "r": skewed_pairs(generator, keys, count, count, 0.6, key_first=False),
        "s": skewed_pairs(generator, keys, keys, count, 0.6),
        "t": skewed_pairs(generator, keys, count, count, 0.6),
    }


def dangling(size):
    """A chain of three relations of which the first two share many keys, and few of their pairs meet the third."""
    count = sized(60, 20_000, 80_000, 320_000)[size]
    generator = random.Random(12)
    keys = max(count // 20, 4)
    pairs = {
        (name): {(generator.randrange(count), generator.randrange(keys)) for _ in range(count)} for name in ("r", "s")
    }
    last = {(generator.randrange(count * 50), generator.randrange(count)) for _ in range(count)}
    return {
        "r": shuffled(generator, pairs["r"]),
        "s": shuffled(generator, {(key, other) for other, key in pairs["s"]}),
        "t": shuffled(generator, last),
    }


# Recursion over more than two columns.


def windows(size):
    """A graph, and nodes from which walks start: few for long windows, of which there are three times as many."""
    nodes = sized(40, 400, 800, 1600)[size]
    generator = random.Random(13)
    starts = generator.sample(range(nodes), sized(4, 54, 108, 216)[size])
    return {
        "e": random_edges(generator, nodes, 3 * nodes),
        "from3": [(node,) for node in starts],
        "from4": [(node,) for node in starts[: len(starts) // 2]],
        "from5": [(node,) for node in starts[: len(starts) // 4]],
        "from6": [(node,) for node in starts[: max(len(starts) // 12, 2)]],
    }


def timetable(size):
    """Connections between places, each with the minute at which it leaves and the one at which it arrives."""
    places, legs = sized((12, 60), (300, 6_000), (400, 16_000), (600, 36_000))[size]
    generator = random.Random(14)
    rows = set()
    while len(rows) < legs:
        source, target = generator.randrange(places), generator.randrange(places)
        leaves = generator.randrange(1200)
        if source != target:
            rows.add((source, leaves, target, leaves + 20 + generator.randrange(200)))
    starts = generator.sample(range(places), sized(3, 20, 20, 20)[size])
    return {"leg": shuffled(generator, rows), "start": [(place,) for place in starts]}


def two_colours(size):
    """A graph with edges of two kinds."""
    nodes = sized(40, 700, 1400, 2800)[size]
    generator = random.Random(15)
    return {"red": random_edges(generator, nodes, 2 * nodes), "blue": random_edges(generator, nodes, 2 * nodes)}


# Strata of facts.


def bookings(size):
    """What organisations spent: who, in which country, in which month, how much."""
    count = sized(100, 100_000, 300_000, 1_000_000)[size]
    generator = random.Random(16)
    countries = ["country of %s %d" % (generator.choice(("north", "south", "east", "west")), n) for n in range(150)]
    organisations = max(count // 20, 3)
    rows = {
        (
            int(organisations * generator.random() ** 1.7),
            generator.choice(countries),
            generator.randrange(120),
            generator.randrange(100_000),
        )
        for _ in range(count)
    }
    barred = generator.sample(range(organisations), max(organisations // 10, 2))
    return {"booking": shuffled(generator, rows), "barred": [(organisation,) for organisation in sorted(barred)]}


def names(size):
    """People and documents known by long names alone, spelt out in each fact."""
    count = sized(60, 30_000, 100_000, 300_000)[size]
    generator = random.Random(17)
    family = ["Abdurakhmanov", "Tanaka-Yoshida", "van den Heuvel", "O'Shaughnessy", "Kristjánsdóttir", "Ōtsuka"]
    given = ["Dilnoza", "Haruki", "Maximiliaan", "Saoirse", "Guðrún", "Yūko", "Aleksandra"]
    office = ["Ministry for the Development of %s", "Agency of %s and Communications", "National Institute of %s"]
    field = ["Information Technologies", "Statistics", "Open Data", "Public Administration", "Disaster Prevention"]
    people = [
        "%s %s of district %d" % (generator.choice(given), generator.choice(family), number)
        for number in range(max(count // 10, 8))
    ]
    offices = [
        (generator.choice(office) % generator.choice(field)) + ", department %d" % number
        for number in range(max(count // 100, 4))
    ]
    titles = ["Report on the exchange of experience in matters of procedure, part %d" % n for n in range(count // 3)]
    return {
        "wrote": shuffled(generator, {(generator.choice(people), generator.choice(titles)) for _ in range(count)}),
        "employed": shuffled(generator, {(person, generator.choice(offices)) for person in people}),
        "cites": shuffled(generator, {(generator.choice(titles), generator.choice(titles)) for _ in range(count // 2)}),
    }


def assignments(size):
    """The statements of a program, most of them within one of its procedures."""
    variables = sized(40, 600, 1200, 2400)[size]
    generator = random.Random(18)
    procedure = min(60, variables)

    def statements(count):
        rows = set()
        while len(rows) < count:
            left = generator.randrange(variables)
            right = left - left % procedure + generator.randrange(procedure)
            if generator.random() < 0.15 or right >= variables:
                right = generator.randrange(variables)
            if left != right:
                rows.add((left, right))
        return shuffled(generator, rows)

    share = variables * 13 // 20
    return {
        "address": statements(share),
        "copy": statements(share),
        "load": statements(variables * 3 // 20),
        "store": statements(variables * 3 // 20),
    }


# The knowledge base of study visits.


def visits(size):
    """A base of organisations, people, visits and meetings: at the large size about a million facts.

    The size may be a number of organisations.
    """
    return study_visits(size if isinstance(size, int) else sized(20, 2_200, 6_600, 22_000)[size])


def study_visits(organisations):
    """About 46 facts for each organisation, identifiers being numbers of a range of their own for each kind."""
    generator = random.Random(19)
    people, meetings, agreements = 5 * organisations, 5 * organisations // 2, organisations // 2
    countries = ["NL", "JP", "UZ", "EE", "FI", "KR", "DE", "FR", "CA", "NZ", "SE", "IT", "PT", "LV", "KZ", "GE"]
    frequency = [1 / (place + 2) for place in range(len(countries))]
    kinds = ["ministry", "agency", "university", "institute", "company", "municipality"]
    roles = ["director", "advisor", "analyst", "researcher", "coordinator"]
    topics = ["topic %02d" % number for number in range(50)]
    organisation, part_of, in_country = [], [], {}
    for number in range(organisations):
        country = generator.choices(countries, weights=frequency)[0]
        peers = in_country.setdefault(country, [])
        organisation.append((number, generator.choice(kinds), country, "Organisation no. %d" % number))
        if peers and generator.random() < 0.85:
            span = len(peers) if generator.random() < 0.5 else min(len(peers), 50)
            part_of.append((number, peers[generator.randrange(span)]))
        peers.append(number)
    person, employed, staff = [], set(), {}
    for number in range(people):
        who = 10_000_000 + number
        person.append((who, "Person no. %d" % number))
        for _ in range(1 if generator.random() < 0.93 else 2):
            employer = min(int(organisations * generator.random() ** 1.5), organisations - 1)
            employed.add((who, employer, generator.choice(roles)))
            staff.setdefault(employer, []).append(who)
    employers = sorted(staff)
    meeting, attended = [], set()
    for number in range(meetings):
        which = 20_000_000 + number
        day = (generator.randrange(10, 26), 1 + generator.randrange(12), 1 + generator.randrange(28))
        visit = generator.randrange(max(meetings // 6, 1))
        meeting.append((which, visit, "20%02d-%02d-%02d" % day, generator.choice(topics)))
        count = generator.choice((2, 2, 3, 4))
        hosts = [employers[int(len(employers) * generator.random() ** 1.3)] for _ in range(count)]
        pool = [who for host in hosts for who in staff[host]]
        attended.update((which, generator.choice(staff[host])) for host in hosts)
        attended.update((which, generator.choice(pool)) for _ in range(generator.randrange(12, 30)))
    agreement, party = [], set()
    for number in range(agreements):
        which = 30_000_000 + number
        agreement.append((which, 2000 + generator.randrange(26)))
        for _ in range(generator.choice((2, 2, 2, 3, 5))):
            party.add((which, employers[int(len(employers) * generator.random() ** 1.6)]))
    step = max(people // 20, 1)
    return {
        "organisation": organisation,
        "part_of": part_of,
        "person": person,
        "employed": shuffled(generator, employed),
        "meeting": meeting,
        "attended": shuffled(generator, attended),
        "agreement": agreement,
        "party": shuffled(generator, party),
        "of_interest": [(10_000_000 + number,) for number in range(0, people, step)],
    }


def named_visits(size):
    """The same base, its identifiers texts."""
    letters = {10: "person", 20: "meeting", 30: "agreement"}

    def named(number):
        return "%s-%06d" % (letters.get(number // 1_000_000, "organisation"), number % 1_000_000)

    keys = {
        "organisation": 1, "part_of": 2, "person": 1, "employed": 2, "meeting": 1, "attended": 2, "agreement": 1,
        "party": 2, "of_interest": 1,
    }  # fmt: skip
    return {
        relation: [tuple(map(named, row[: keys[relation]])) + row[keys[relation] :] for row in rows]
        for relation, rows in visits(size).items()
    }


DATASETS = {
    "random": random_graph,
    "chain": chain,
    "grid": grid,
    "tree": tree,
    "scattered": scattered_graph,
    "clustered": clustered_graph,
    "levels": levelled_tree,
    "skewed": skewed_graph,
    "cycles": skewed_cycles,
    "star": star,
    "skewed-chain": skewed_chain,
    "dangling": dangling,
    "windows": windows,
    "timetable": timetable,
    "two-colours": two_colours,
    "bookings": bookings,
    "names": names,
    "assignments": assignments,
    "visits": visits,
    "named-visits": named_visits,
}


def write(relations, path):
    """Writes each relation to a TSV file of its own; the folder has its name only when all of it is there."""
    unfinished = path + ".unfinished"
    os.makedirs(unfinished, exist_ok=True)
    for name, rows in relations.items():
        with open(os.path.join(unfinished, name + ".tsv"), "w", encoding="utf-8") as file:
            file.writelines("\t".join(map(str, row)) + "\n" for row in rows)
    os.rename(unfinished, path)


def folder(data, dataset, size):
    """The folder of a data set under `data`, which is made if there is none."""
    path = os.path.join(data, "%s-%s" % (dataset, size))
    if not os.path.exists(path):
        os.makedirs(data, exist_ok=True)
        subprocess.run([sys.executable, os.path.abspath(__file__), dataset, str(size), path], check=True)
    return path


if __name__ == "__main__":
    name, size, path = sys.argv[1:]
    write(DATASETS[name](int(size) if size.isdigit() else size), path)
