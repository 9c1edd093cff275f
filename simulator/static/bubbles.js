// One message of a chat: bubble, card, picture, file, voice.

import { attempt, h, link, post } from "./dom.js";
import { card } from "./card.js";
import { markdown, plain } from "./markdown.js";

export const ROBOTS = { "@app": "铃", "@bot": "铃", "@webhook": "群" };

export function avatar(userid, name) {
  const robot = ROBOTS[userid];
  const hue = [...userid].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  const element = h("span", { className: `avatar${robot ? " robot" : ""}`, "aria-hidden": "true" }, robot || initials(name));
  if (!robot) element.style.setProperty("--hue", hue);
  return element;
}

function initials(name) {
  return name.length > 2 ? name.slice(-2) : name;
}

// `viewer` is the userid whose eyes these are; `find` gives another message by its number.
export function bubble(message, { viewer, nameOf, find, bot }) {
  const isOwn = message.sender === viewer;
  const name = nameOf(message.sender);
  if (message.recalled) return h("li", { className: "notice", id: idOf(message) }, `${isOwn ? "你" : name}撤回了一条消息`);
  const isGroup = message.chat.startsWith("group:");
  const label = message.sender === "@bot" && message.chat.startsWith("bot:") ? `${name} · 机器人` : name;
  return h(
    "li",
    { className: `said${isOwn ? " own" : ""} ${message.delivery}`, id: idOf(message), dataset: { message: message.id } },
    avatar(message.sender, name),
    h(
      "div",
      { className: "body" },
      (isGroup || label !== name) && !isOwn && h("span", { className: "who" }, label),
      content(message, viewer, nameOf, `@${bot}`),
      quoted(message, find, nameOf),
    ),
    message.delivery === "failed" && h("span", { className: "failed", role: "img", "aria-label": "跟单铃没有应答", title: "跟单铃没有应答" }, "!"),
  );
}

export function idOf(message) {
  return `message-${message.id}`;
}

function quoted(message, find, nameOf) {
  const original = message.extra.quoting && find(message.extra.quoting);
  if (!original) return null;
  return h("div", { className: "quoted" }, `${nameOf(original.sender)}：${original.text.slice(0, 60)}`);
}

function content(message, viewer, nameOf, mention) {
  switch (message.kind) {
    case "template_card": {
      const state = message.personal[viewer] || message.card;
      return card(state, (key, selected) => attempt(() => post("tap", { userid: viewer, message: message.id, key, selected })));
    }
    case "markdown":
      return h("div", { className: "bubble" }, markdown(message.text, nameOf));
    case "image":
      return h("div", { className: "picture" }, h("img", { src: `sim/media/${message.media?.id}`, alt: message.media?.name || "图片", loading: "lazy" }));
    case "voice":
      return voice(message);
    case "video":
    case "file":
      return file(message);
    case "location":
      return h("div", { className: "bubble place" }, h("b", {}, message.text || "位置"), h("span", {}, `${message.extra.latitude}, ${message.extra.longitude}`));
    case "textcard":
      return textcard(message);
    case "news":
      return h("div", { className: "card" }, message.extra.articles.map((article) => link(article.url, h("div", { className: "head" }, h("h3", {}, article.title), h("p", {}, article.description || "")))));
    default:
      return h("div", { className: "bubble" }, plain(message.text, mention));
  }
}

function voice(message) {
  const seconds = message.media?.seconds || 1;
  const length = h("a", { className: "bubble voice", href: `sim/media/${message.media?.id}`, download: "voice.amr", "aria-label": `语音 ${seconds} 秒` }, h("i", {}), `${seconds}″`);
  length.style.setProperty("--seconds", Math.min(seconds, 60));
  return length;
}

function file(message) {
  const kilobytes = Math.max(1, Math.round((message.media?.size || 0) / 1024));
  return h(
    "a",
    { className: "file", href: `sim/media/${message.media?.id}`, download: message.media?.name || "" },
    h("span", {}, message.media?.name || "文件"),
    h("small", {}, `${kilobytes} KB`),
  );
}

// A description may hold <div class="gray">, <br> and the like: read as text, its tags taken out.
function textcard(message) {
  const text = new DOMParser().parseFromString(message.text.replaceAll("<br>", "\n").replaceAll("</div>", "</div>\n"), "text/html").body.textContent;
  return h("div", { className: "card" }, link(message.extra.url, h("div", { className: "head" }, h("h3", {}, message.extra.title), h("p", { className: "pre" }, text.trim()), h("em", {}, message.extra.btntxt))));
}
