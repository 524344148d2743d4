/** Graphviz DOT of a scene or of what is visible of it: structure and names, for other tools. */
import type { SceneGraph } from "../trace/graph-model.ts";
import { escapeDot } from "./escape.ts";
import { visibleGraph } from "./grouping.ts";
import { attrsText, groupContents, typeText } from "./node-label.ts";
import { type Palette, palettes } from "./palette.ts";
import type { VisibleGraph, VisibleNode } from "./picture.ts";

/** A complete `digraph`; open groups become clusters. */
export function sceneToDot(scene: SceneGraph | VisibleGraph): string {
  const graph = visibleGraph(scene);
  const palette = palettes.light;
  const lines = [
    `digraph ${escapeDot(graph.scene.title)} {`,
    '  graph [rankdir=TB, fontname="Inter,Helvetica,Arial,sans-serif"];',
    '  node [shape=box, style="rounded,filled", fontname="Inter,Helvetica,Arial,sans-serif", fontsize=11];',
    '  edge [fontname="Inter,Helvetica,Arial,sans-serif", fontsize=9];',
    ...clusters(graph, palette),
    ...graph.edges.map((edge) => {
      const style = edge.differentiable ? "" : `, style=dotted, color=${escapeDot(palette.edgeData)}`;
      const label = edge.edges.length === 1 ? (edge.edges[0]?.inputName ?? "") : `${edge.edges.length} edges`;
      return `  ${escapeDot(edge.from)} -> ${escapeDot(edge.to)} [tooltip=${escapeDot(label)}${style}];`;
    }),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

/** Nodes inside nested clusters, without recursion: groups open and close as the sorted paths change. */
function clusters(graph: VisibleGraph, palette: Palette): string[] {
  const titles = new Map(graph.groups.map((group) => [group.id, group.title]));
  const sorted = graph.nodes
    .map((node, index) => ({ node, index, path: node.groups }))
    .sort((a, b) => comparePaths(a.path, b.path) || a.index - b.index);
  const lines: string[] = [];
  let open: readonly string[] = [];
  const moveTo = (path: readonly string[]): void => {
    let keep = 0;
    while (keep < open.length && keep < path.length && open[keep] === path[keep]) keep += 1;
    for (let depth = open.length; depth > keep; depth -= 1) lines.push(`${"  ".repeat(depth)}}`);
    for (let depth = keep; depth < path.length; depth += 1) {
      const id = path[depth] as string;
      lines.push(
        `${"  ".repeat(depth + 1)}subgraph ${escapeDot(`cluster_${id}`)} { label=${escapeDot(titles.get(id) ?? id)};`,
      );
    }
    open = path;
  };
  for (const { node, path } of sorted) {
    moveTo(path);
    lines.push(`${"  ".repeat(path.length + 1)}${nodeLine(node, palette)}`);
  }
  moveTo([]);
  return lines;
}

function comparePaths(a: readonly string[], b: readonly string[]): number {
  const first = a.join("\n");
  const second = b.join("\n");
  return first < second ? -1 : first > second ? 1 : 0;
}

function nodeLine(visible: VisibleNode, palette: Palette): string {
  const { node, group } = visible;
  const parts = node
    ? [[node.names[0], node.op].filter(Boolean).join(" = "), attrsText(node.attrs), node.gradFn ?? "", typeText(node)]
    : group
      ? [group.title, groupContents(group)]
      : [];
  const fill = node?.kind === "leaf" ? palette.surfaceLeaf : node?.kind === "data" ? palette.canvas : palette.surface;
  const style = node?.kind === "data" ? ', style="rounded,dashed"' : "";
  const label = escapeDot(parts.filter(Boolean).join("\n"));
  return `${escapeDot(visible.key)} [label=${label}, fillcolor=${escapeDot(fill)}${style}];`;
}
