// The markdown that WeCom shows (wecom.md 2.8, 3.2) as DOM nodes. Nothing is ever parsed as HTML.

import { h, link } from "./dom.js";

const INLINE = new RegExp(
  [
    "\\*\\*(?<bold>.+?)\\*\\*",
    "`(?<code>[^`]+)`",
    "\\[(?<label>[^\\]]+)\\]\\((?<href>[^)\\s]+)\\)",
    '<font color="(?<color>info|comment|warning)">(?<tinted>.*?)</font>',
    '<a href="(?<anchor>[^"]+)">(?<anchored>.*?)</a>',
    "<@(?<userid>[^>\\s]+)>",
    "(?<url>https?://[^\\s<>\"'）)，。；]+)",
    "(?<phone>(?<!\\d)1\\d{10}(?!\\d))",
  ].join("|"),
  "g",
);

export function inline(text, nameOf = (userid) => userid) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    if (match.index > end) nodes.push(text.slice(end, match.index));
    nodes.push(piece(match.groups, nameOf));
    end = match.index + match[0].length;
  }
  if (end < text.length) nodes.push(text.slice(end));
  return nodes;
}

function piece(found, nameOf) {
  if (found.bold !== undefined) return h("strong", {}, inline(found.bold, nameOf));
  if (found.code !== undefined) return h("code", {}, found.code);
  if (found.label !== undefined) return link(found.href, found.label);
  if (found.color !== undefined) return h("span", { className: `tint-${found.color}` }, inline(found.tinted, nameOf));
  if (found.anchor !== undefined) return link(found.anchor, found.anchored);
  if (found.userid !== undefined) return h("span", { className: "mention" }, `@${nameOf(found.userid)}`);
  if (found.url !== undefined) return link(found.url, found.url);
  return link(`tel:${found.phone}`, found.phone);
}

// What is tappable in a plain text: addresses, phone numbers, <a href>. No markdown.
export function plain(text, mention) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const { anchor, url, phone } = match.groups;
    if (anchor === undefined && url === undefined && phone === undefined) continue;
    nodes.push(...mentioned(text.slice(end, match.index), mention), piece(match.groups));
    end = match.index + match[0].length;
  }
  nodes.push(...mentioned(text.slice(end), mention));
  return nodes;
}

function mentioned(text, mention) {
  if (!mention || !text.includes(mention)) return [text];
  const parts = [];
  text.split(mention).forEach((part, index) => {
    if (index) parts.push(h("span", { className: "mention" }, mention));
    if (part) parts.push(part);
  });
  return parts;
}

const KINDS = [
  [/^(#{1,6})\s+(.*)$/, (match, nameOf) => h(`h${Math.min(6, match[1].length + 2)}`, {}, inline(match[2], nameOf))],
  [/^(?:[-*])\s+(.*)$/, (match, nameOf) => h("div", { className: "item" }, "•", h("span", {}, inline(match[1], nameOf)))],
  [/^(\d+)\.\s+(.*)$/, (match, nameOf) => h("div", { className: "item" }, `${match[1]}.`, h("span", {}, inline(match[2], nameOf)))],
  [/^(?:---+|\*\*\*+)$/, () => h("hr")],
];

export function markdown(text, nameOf) {
  const blocks = [];
  let quote = null;
  for (const line of text.split("\n")) {
    const quoted = line.match(/^>\s?(.*)$/);
    if (quoted) {
      if (!quote) blocks.push((quote = h("blockquote")));
      quote.append(h("div", {}, inline(quoted[1], nameOf)));
      continue;
    }
    quote = null;
    const [shape, build] = KINDS.find(([pattern]) => pattern.test(line)) || [];
    if (build) blocks.push(build(line.match(shape), nameOf));
    else blocks.push(h("div", { className: line.trim() ? "line" : "gap" }, inline(line, nameOf)));
  }
  return h("div", { className: "markdown" }, blocks);
}
