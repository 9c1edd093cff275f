// A template_card (wecom.md 2.7, 3.5) as its holder sees it.

import { h, link } from "./dom.js";

// Characters that a client shows before it cuts; the full text is in the title.
const SHOWN = { title: 36, desc: 44, sub: 160, key: 5, value: 30, button: 10 };

function cut(text, most) {
  const letters = [...(text || "")];
  return letters.length > most ? h("span", { title: text }, `${letters.slice(0, most - 1).join("")}…`) : text || "";
}

// `tap(key, selected)` is called for buttons that call back.
export function card(state, tap) {
  const body = state.body;
  const questions = [...(body.select_list || []), ...(body.button_selection ? [body.button_selection] : [])];
  const chosen = new Map();
  const isSettled = Boolean(state.replaced);
  const element = h(
    "article",
    { className: "card", "aria-label": body.main_title?.title || "卡片" },
    body.source && source(body.source),
    head(body),
    body.emphasis_content && emphasis(body.emphasis_content),
    body.sub_title_text && h("p", { className: "sub" }, cut(body.sub_title_text, SHOWN.sub)),
    body.quote_area && quoteArea(body.quote_area),
    (body.vertical_content_list || []).map(vertical),
    rows(body.horizontal_content_list || []),
    (body.jump_list || []).map((jump) => opens(jump, h("div", { className: "jump" }, jump.title, h("i", {}, "›")))),
    questions.map((question) => dropdown(question, chosen, isSettled)),
    body.checkbox && checkboxes(body.checkbox, chosen, isSettled),
    buttons(state, (key) => tap(key, Object.fromEntries(chosen))),
  );
  return element;
}

function opens(action, element) {
  return action?.url ? link(action.url, element) : element;
}

function source(from) {
  return h("div", { className: `source colour-${from.desc_color || 0}` }, from.desc || "");
}

function head(body) {
  const title = body.main_title || {};
  const parts = h(
    "div",
    { className: "head" },
    body.card_image?.url && h("img", { className: "cover", src: body.card_image.url, alt: "" }),
    title.title && h("h3", {}, cut(title.title, SHOWN.title)),
    title.desc && h("p", {}, cut(title.desc, SHOWN.desc)),
  );
  return opens(body.card_action, parts);
}

function emphasis(figure) {
  return h("div", { className: "emphasis" }, h("b", {}, figure.title || ""), h("span", {}, figure.desc || ""));
}

function quoteArea(quote) {
  const inside = h("blockquote", {}, quote.title && h("b", {}, quote.title), quote.quote_text || "");
  return opens(quote, inside);
}

function vertical(entry) {
  return h("div", { className: "vertical" }, h("b", {}, entry.title), entry.desc && h("span", {}, entry.desc));
}

function rows(list) {
  if (!list.length) return null;
  return h(
    "dl",
    {},
    list.map((row) => {
      const phone = /^1\d{10}$/.test(row.value || "") ? `tel:${row.value}` : "";
      const value = cut(row.value, SHOWN.value);
      const address = row.type === 1 ? row.url : phone;
      return h("div", {}, h("dt", {}, cut(row.keyname, SHOWN.key)), h("dd", {}, address ? link(address, value) : value));
    }),
  );
}

function dropdown(question, chosen, isSettled) {
  const first = question.selected_id || question.option_list[0]?.id;
  chosen.set(question.question_key, [first]);
  const title = question.title || "请选择";
  return h(
    "label",
    { className: "question" },
    h("span", {}, title),
    h(
      "select",
      {
        disabled: isSettled || question.disable,
        "aria-label": title,
        onchange: (event) => chosen.set(question.question_key, [event.target.value]),
      },
      question.option_list.map((option) => h("option", { value: option.id, selected: option.id === first }, option.text)),
    ),
  );
}

let choices = 0;

function checkboxes(question, chosen, isSettled) {
  const ticked = new Set(question.option_list.filter((option) => option.is_checked).map((option) => option.id));
  const isMany = question.mode === 1;
  const name = `choice-${(choices += 1)}`;
  const note = () => chosen.set(question.question_key, [...ticked]);
  note();
  return h(
    "fieldset",
    { className: "question boxes", disabled: isSettled || question.disable },
    question.option_list.map((option) =>
      h(
        "label",
        {},
        h("input", {
          type: isMany ? "checkbox" : "radio",
          name,
          checked: ticked.has(option.id),
          onchange: (event) => {
            if (!isMany) ticked.clear();
            if (event.target.checked) ticked.add(option.id);
            else ticked.delete(option.id);
            note();
          },
        }),
        option.text,
      ),
    ),
  );
}

function buttons(state, tap) {
  const list = [...(state.body.button_list || []), ...(state.body.submit_button ? [{ style: 1, ...state.body.submit_button }] : [])];
  if (state.replaced) return h("div", { className: "buttons" }, h("button", { type: "button", disabled: true }, state.replaced));
  if (!list.length) return null;
  return h(
    "div",
    { className: `buttons count-${Math.min(list.length, 4)}` },
    list.map((button) =>
      button.type === 1
        ? link(button.url, h("span", { className: `press style-${button.style || 1}` }, cut(button.text, SHOWN.button)))
        : h(
            "button",
            { type: "button", className: `style-${button.style || 1}`, dataset: { key: button.key }, onclick: () => tap(button.key) },
            cut(button.text, SHOWN.button),
          ),
    ),
  );
}
