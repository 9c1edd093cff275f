// Clock, weather drawer and guided story.

import { attempt, h, post, toast } from "./dom.js";

const shown = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

export class Clock {
  constructor() {
    this.face = document.getElementById("now");
    this.skips = document.getElementById("skips");
    this.skips.querySelectorAll("button").forEach((button) => button.addEventListener("click", () => this.skip(button)));
    setInterval(() => this.tick(), 1000);
  }

  set(now, mayAdvance) {
    this.shift = new Date(now) - performance.now();
    this.skips.hidden = !mayAdvance;
    this.tick();
  }

  tick() {
    if (this.shift !== undefined) this.face.textContent = shown.format(new Date(this.shift + performance.now()));
  }

  async skip(button) {
    const { seconds, to } = button.dataset;
    button.disabled = true;
    await attempt(() => post("clock", to ? { to } : { seconds: Number(seconds) }));
    button.disabled = false;
  }
}

export class Story {
  constructor(root, reveal) {
    this.root = root;
    this.reveal = reveal;
  }

  show({ steps, done }) {
    this.root.hidden = steps.length === 0;
    const isOver = done >= steps.length;
    const last = steps[done - 1];
    const next = steps[done];
    this.root.replaceChildren(
      h(
        "ol",
        { className: "steps" },
        steps.map((step, index) =>
          h("li", { className: index < done ? "done" : index === done ? "next" : "", "aria-current": index === done ? "step" : null }, h("i", {}, index < done ? "✓" : String(index + 1)), h("span", {}, step.title)),
        ),
      ),
      h(
        "div",
        { className: "tell" },
        h("p", { className: "look", "aria-live": "polite" }, last ? last.look : "一步一步看完一条线索的一天。每一步都可以停下来，自己在窗口里说话、点按钮。"),
        isOver
          ? h("p", { className: "hint over" }, "讲完了。窗口里都能接着试；想从头再看，重新运行 make demo。")
          : h("p", { className: "hint" }, `下一步：${next.hint}`),
      ),
      ...(isOver ? [] : [h("button", { type: "button", className: "go", onclick: (event) => this.act("next", event.currentTarget) }, "下一步")]),
    );
  }

  async act(what, button) {
    if (button) button.disabled = true;
    const answer = await attempt(() => post("story", { do: what }));
    if (button) button.disabled = false;
    if (answer?.windows?.length) this.reveal(answer.windows);
  }
}

const SWITCHES = [
  ["outage", "企业微信断线", "接口没有应答，直到关上", (on) => (on ? "reset" : ""), (state) => state.outage !== ""],
  ["duplicates", "每个回调来三遍", "看有没有重复的动作", (on) => (on ? 2 : 0), (state) => state.duplicates > 0],
  ["callbacks_held", "回调迟到", "先扣住，关上才送达", (on) => on, (state) => state.callbacks_held],
  ["media_held", "素材下载很慢", "先扣住，关上才给", (on) => on, (state) => state.media_held],
];

const ONCE = [
  ["下一条发出后收不到回执", { lose_answers: { times: 1 } }],
  ["接口超频三次（45009）", { answer_with: { code: 45009, times: 3 } }],
  ["系统繁忙一次（-1）", { answer_with: { code: -1, times: 1 } }],
  ["凭证立即失效", { revoke_tokens: true }],
];

export class Weather {
  constructor(root, opener) {
    this.root = root;
    this.opener = opener;
    opener.addEventListener("click", () => this.toggle(this.root.hidden));
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !this.root.hidden) this.toggle(false); });
  }

  toggle(isOpen) {
    this.root.hidden = !isOpen;
    this.opener.setAttribute("aria-expanded", String(isOpen));
    (isOpen ? this.root.querySelector("input, button") : this.opener)?.focus();
  }

  show(state) {
    const active = SWITCHES.filter(([, , , , isOn]) => isOn(state)).length + (state.errors || state.losses ? 1 : 0);
    this.opener.textContent = active ? `坏天气 ${active}` : "天气";
    this.opener.classList.toggle("stormy", active > 0);
    const focused = document.activeElement?.dataset?.weather;
    this.root.replaceChildren(
      h("header", {}, h("h2", {}, "坏天气"), h("button", { type: "button", className: "close", "aria-label": "关上", onclick: () => this.toggle(false) }, "×")),
      h("p", {}, "试试真实世界里会出的岔子，看跟单铃丢不丢、重不重。"),
      SWITCHES.map(([name, title, hint, value, isOn]) => this.flip(name, title, hint, value, isOn(state))),
      ONCE.map(([title, body]) => h("button", { type: "button", className: "once", onclick: () => this.strike(title, body) }, title)),
      h("button", { type: "button", className: "once calm", onclick: () => attempt(() => post("weather", { clear: true })) }, "全部恢复"),
    );
    if (focused) this.root.querySelector(`[data-weather="${focused}"]`)?.focus();
  }

  flip(name, title, hint, value, isOn) {
    const change = (event) => attempt(() => post("weather", { [name]: value(event.target.checked) }));
    return h("label", { className: "switch" }, h("span", {}, title, h("small", {}, hint)), h("input", { type: "checkbox", role: "switch", checked: isOn, onchange: change, dataset: { weather: name } }));
  }

  async strike(title, body) {
    if (await attempt(() => post("weather", body))) toast(`好：${title}`);
  }
}
