/** Markdown cells as quiet text: the part of Markdown that notebooks use, as elements; HTML in it is never interpreted. */
import type { ComponentChildren } from "preact";
import { Formula } from "./formula.tsx";

export function Markdown({ source }: { source: string }) {
  return <div class="prose">{blocks(source)}</div>;
}

function blocks(source: string): ComponentChildren[] {
  const result: ComponentChildren[] = [];
  const lines = source.split("\n");
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] as string;
    const heading = /^(#{1,6})\s+(.*)$/.exec(line);
    if (line.trim() === "") {
      at += 1;
    } else if (/^```/.test(line)) {
      const end = lines.findIndex((each, i) => i > at && /^```/.test(each));
      const stop = end < 0 ? lines.length : end;
      result.push(<pre key={at}>{lines.slice(at + 1, stop).join("\n")}</pre>);
      at = stop + 1;
    } else if (heading) {
      const Tag = `h${Math.min(4, (heading[1] as string).length)}` as "h1";
      result.push(<Tag key={at}>{inline(heading[2] as string)}</Tag>);
      at += 1;
    } else {
      const kind = listKind(line);
      const stop = endOfBlock(lines, at, kind);
      const part = lines.slice(at, stop);
      result.push(kind ? list(kind, part, at) : <p key={at}>{inline(part.join("\n"))}</p>);
      at = stop;
    }
  }
  return result;
}

type ListKind = "ul" | "ol" | null;

function listKind(line: string): ListKind {
  return /^\s*[-*+]\s+/.test(line) ? "ul" : /^\s*\d+[.)]\s+/.test(line) ? "ol" : null;
}

function endOfBlock(lines: readonly string[], start: number, kind: ListKind): number {
  let at = start + 1;
  while (at < lines.length) {
    const line = lines[at] as string;
    if (line.trim() === "" || /^(#{1,6}\s|```)/.test(line)) break;
    if (kind === null && listKind(line)) break;
    at += 1;
  }
  return at;
}

function list(Kind: "ul" | "ol", lines: readonly string[], key: number) {
  const items: string[] = [];
  for (const line of lines) {
    if (listKind(line)) items.push(line.replace(/^\s*([-*+]|\d+[.)])\s+/, ""));
    else items.push(`${items.pop() ?? ""}\n${line}`);
  }
  return (
    <Kind key={key}>
      {items.map((item, i) => (
        // items have no other identity
        <li key={i}>{inline(item)}</li>
      ))}
    </Kind>
  );
}

/** One row per inline form; the first that matches earliest wins. */
const forms: { pattern: RegExp; view: (match: RegExpExecArray, key: number) => ComponentChildren }[] = [
  { pattern: /\$\$([^$]+)\$\$/, view: (match, key) => <Formula key={key} latex={match[1] as string} display /> },
  { pattern: /\$([^$\n]+)\$/, view: (match, key) => <Formula key={key} latex={match[1] as string} /> },
  { pattern: /`([^`]+)`/, view: (match, key) => <code key={key}>{match[1]}</code> },
  { pattern: /<br\s*\/?>\n?/i, view: (_, key) => <br key={key} /> },
  { pattern: /\*\*([^*]+)\*\*/, view: (match, key) => <strong key={key}>{inline(match[1] as string)}</strong> },
  { pattern: /\*([^*\n]+)\*/, view: (match, key) => <em key={key}>{inline(match[1] as string)}</em> },
  {
    pattern: /\[([^\]]+)\]\(([^)\s]+)\)/,
    view: (match, key) => (
      <span key={key} title={match[2]}>
        {match[1]}
      </span>
    ),
  },
];

function inline(text: string): ComponentChildren[] {
  const result: ComponentChildren[] = [];
  let rest = text;
  let key = 0;
  while (rest !== "") {
    let best: { match: RegExpExecArray; view: (typeof forms)[number]["view"] } | null = null;
    for (const { pattern, view } of forms) {
      const match = pattern.exec(rest);
      if (match && (best === null || match.index < best.match.index)) best = { match, view };
    }
    if (!best) break;
    const { match, view } = best;
    if (match.index > 0) result.push(rest.slice(0, match.index));
    result.push(view(match, key));
    key += 1;
    rest = rest.slice(match.index + match[0].length);
  }
  if (rest !== "") result.push(rest);
  return result;
}
