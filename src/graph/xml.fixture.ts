/** A strict well-formedness check for tests: throws on anything an XML 1.0 parser would refuse in what we write. */
export interface XmlElement {
  name: string;
  attributes: Map<string, string>;
  text: string;
  children: XmlElement[];
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

function decode(text: string): string {
  if (/[<]/.test(text)) throw new Error(`stray < in ${text}`);
  return text.replace(/&([^;]*);?/g, (whole, name: string) => {
    const char = entities[name];
    if (char === undefined || !whole.endsWith(";")) throw new Error(`bad entity ${whole}`);
    return char;
  });
}

/** Parses; returns the root element. */
export function parseXml(source: string): XmlElement {
  const forbidden = [...source].find((char) => {
    const code = char.codePointAt(0) as number;
    const control = code < 32 && code !== 9 && code !== 10 && code !== 13;
    return control || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff;
  });
  if (forbidden !== undefined) throw new Error(`forbidden character U+${forbidden.codePointAt(0)?.toString(16)}`);
  const top: XmlElement = { name: "", attributes: new Map(), text: "", children: [] };
  const open = [top];
  let at = 0;
  while (at < source.length) {
    const current = open[open.length - 1] as XmlElement;
    const next = source.indexOf("<", at);
    current.text += decode(source.slice(at, next < 0 ? source.length : next));
    if (next < 0) break;
    const end = source.indexOf(">", next);
    if (end < 0) throw new Error("unclosed tag");
    const tag = source.slice(next + 1, end);
    at = end + 1;
    if (tag.startsWith("/")) {
      if (open.length < 2 || current.name !== tag.slice(1))
        throw new Error(`</${tag.slice(1)}> closes <${current.name}>`);
      open.pop();
      continue;
    }
    const empty = tag.endsWith("/");
    const match = /^([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"]*")*)\s*$/.exec(empty ? tag.slice(0, -1) : tag);
    if (!match) throw new Error(`bad tag <${tag}>`);
    const element: XmlElement = { name: match[1] as string, attributes: new Map(), text: "", children: [] };
    for (const [, name = "", value = ""] of (match[2] as string).matchAll(/([\w:-]+)="([^"]*)"/g)) {
      if (element.attributes.has(name)) throw new Error(`attribute ${name} twice`);
      element.attributes.set(name, decode(value));
    }
    current.children.push(element);
    if (!empty) open.push(element);
  }
  if (open.length !== 1) throw new Error(`<${open[open.length - 1]?.name}> is not closed`);
  if (top.children.length !== 1) throw new Error("more or less than one root");
  return top.children[0] as XmlElement;
}

/** All elements, depth first. */
export function allElements(root: XmlElement): XmlElement[] {
  const found = [root];
  for (let i = 0; i < found.length; i += 1) found.push(...(found[i] as XmlElement).children);
  return found;
}
