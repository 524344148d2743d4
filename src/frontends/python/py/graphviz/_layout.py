"""A layered drawing of a directed graph: layers by longest path, order by barycentres, straight placement."""


def layers_of(nodes, edges):
    """Layer of each node: the longest path that leads to it (edges that close a cycle are left out)."""
    below = {n: [] for n in nodes}
    for a, b in edges:
        below[a].append(b)
    state, order, kept = {}, [], []
    for root in nodes:
        stack = [(root, iter(below[root]))] if root not in state else []
        if stack:
            state[root] = 1
        while stack:
            node, children = stack[-1]
            for child in children:
                if state.get(child) == 1:
                    continue  # closes a cycle
                kept.append((node, child))
                if child not in state:
                    state[child] = 1
                    stack.append((child, iter(below[child])))
                    break
            else:
                state[node] = 2
                order.append(node)
                stack.pop()
    layer = {n: 0 for n in nodes}
    out = {n: [] for n in nodes}
    for a, b in kept:
        out[a].append(b)
    for n in reversed(order):
        for child in out[n]:
            layer[child] = max(layer[child], layer[n] + 1)
    # Sources stand right before what they lead to.
    fed = {b for _, b in kept}
    for n in nodes:
        if n not in fed and out[n]:
            layer[n] = min(layer[c] for c in out[n]) - 1
    return layer


def place(nodes, edges, sizes, across, between=26, gap=46):
    """Centres of the nodes; `across`: layers go left to right. Sizes are (width, height)."""
    layer = layers_of(nodes, edges)
    rows = {}
    for n in nodes:
        rows.setdefault(layer[n], []).append(n)
    levels = sorted(rows)
    above = {n: [] for n in nodes}
    below = {n: [] for n in nodes}
    for a, b in edges:
        above[b].append(a)
        below[a].append(b)
    position = {n: float(i) for level in levels for i, n in enumerate(rows[level])}
    for sweep in range(8):
        for level in levels if sweep % 2 == 0 else reversed(levels):
            near = above if sweep % 2 == 0 else below
            rows[level].sort(key=lambda n: sum(position[m] for m in near[n]) / len(near[n]) if near[n] else position[n])
            for i, n in enumerate(rows[level]):
                position[n] = i - len(rows[level]) / 2
    breadth = 1 if across else 0  # which size runs along a layer
    along = {}
    for level in levels:
        at = 0.0
        for n in rows[level]:
            along[n] = at + sizes[n][breadth] / 2
            at += sizes[n][breadth] + between
    for sweep in range(12):
        for level in levels if sweep % 2 == 0 else reversed(levels):
            row = rows[level]
            near = above if sweep % 2 == 0 else below
            wanted = {n: sum(along[m] for m in near[n]) / len(near[n]) if near[n] else along[n] for n in row}
            for i, n in enumerate(row):
                low = along[row[i - 1]] + (sizes[row[i - 1]][breadth] + sizes[n][breadth]) / 2 + between if i else wanted[n]
                along[n] = max(wanted[n], low)
            shift = sum(along[n] - wanted[n] for n in row) / len(row)
            for n in row:
                along[n] -= shift
    centres, at = {}, 0.0
    for level in levels:
        depth = max(sizes[n][1 - breadth] for n in rows[level])
        for n in rows[level]:
            centres[n] = (at + depth / 2, along[n]) if across else (along[n], at + depth / 2)
        at += depth + gap
    left = min(centres[n][0] - sizes[n][0] / 2 for n in nodes)
    top = min(centres[n][1] - sizes[n][1] / 2 for n in nodes)
    return {n: (x - left, y - top) for n, (x, y) in centres.items()}
