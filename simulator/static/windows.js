// The windows side by side: each one a chat as one person (or a group) sees it.

import { attempt, h, link, post } from "./dom.js";
import { avatar, bubble, idOf } from "./bubbles.js";

const ZONE = "Asia/Shanghai";
const GAP = 5 * 60 * 1000;
const timeOnly = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hour12: false });
const withDay = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, month: "long", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false });
const dayOnly = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, dateStyle: "short" });

export class Windows {
  constructor(root, dock) {
    this.root = root;
    this.dock = dock;
    this.views = [];
    root.addEventListener("click", (event) => this.openInside(event));
  }

  // A page of the product opens inside the client, as whoever looks through the window in which it was tapped.
  openInside(event) {
    const anchor = event.target.closest("a");
    const { product } = this.company;
    if (!product || !anchor?.href.startsWith(`${product}/`)) return;
    const view = this.views.find((each) => each.element.contains(anchor));
    anchor.href = `sim/open/${view.speaker}?to=${encodeURIComponent(anchor.href.slice(product.length))}`;
  }

  // Builds everything anew from a snapshot, keeping what was open and typed.
  show(snapshot) {
    const drafts = new Map(this.views.map((view) => [view.key, view.input.value]));
    const hidden = new Set(this.views.filter((view) => view.element.hidden).map((view) => view.key));
    const isFirst = this.views.length === 0;
    this.company = snapshot;
    this.messages = new Map(snapshot.messages.map((message) => [message.id, message]));
    this.views = snapshot.windows.map((spec) => new View(spec, this));
    this.root.replaceChildren(...this.views.map((view) => view.element));
    this.dock.replaceChildren(...this.views.map((view) => view.tab));
    const fitting = Math.max(1, Math.floor(this.root.clientWidth / 296));
    this.views.forEach((view, index) => {
      view.input.value = drafts.get(view.key) || "";
      view.setOpen(isFirst ? index < Math.min(5, fitting) : !hidden.has(view.key));
      snapshot.messages.forEach((message) => view.put(message, { isOld: true }));
      view.toEnd();
    });
    this.watchSwiping();
  }

  put(message) {
    this.messages.set(message.id, message);
    this.views.forEach((view) => view.put(message));
  }

  nameOf(userid) {
    if (userid === "@app") return this.company.app;
    if (userid === "@bot") return this.company.bot;
    if (userid === "@webhook") return "群机器人";
    return this.company.people[userid]?.name || userid;
  }

  // Opens windows (by userid or chatid), so that what a story step did is seen.
  reveal(ids) {
    const views = this.views.filter((view) => ids.includes(view.spec.id));
    views.forEach((view) => view.setOpen(true));
    views.forEach((view) => view.flash());
    views[0]?.intoView();
  }

  get isNarrow() {
    return matchMedia("(max-width: 720px)").matches;
  }

  // On a phone the windows are pages to swipe: the dock follows what is on the screen.
  watchSwiping() {
    this.observer?.disconnect();
    this.observer = new IntersectionObserver(
      (entries) => entries.forEach((entry) => {
        const view = this.views.find((each) => each.element === entry.target);
        view?.setOnScreen(entry.isIntersecting);
      }),
      { root: this.root, threshold: 0.6 },
    );
    this.views.forEach((view) => this.observer.observe(view.element));
  }
}

class View {
  constructor(spec, windows) {
    this.spec = spec;
    this.windows = windows;
    this.key = `${spec.kind}:${spec.id}`;
    this.unread = 0;
    this.isGroup = spec.kind === "group";
    this.speaker = this.isGroup ? windows.company.groups[spec.id].members[0] : spec.id;
    this.title = this.isGroup ? windows.company.groups[spec.id].name : windows.nameOf(spec.id);
    this.list = h("ol", { className: "list", role: "log", "aria-label": `${this.title}的消息` });
    this.element = h("section", { className: "window", "aria-label": `${this.title}（${spec.role}）`, dataset: { window: spec.id } }, this.head(), this.list, this.composer());
    this.tab = this.makeTab();
    this.lastAt = null;
  }

  head() {
    const people = this.isGroup ? `${this.windows.company.groups[this.spec.id].members.length} 人 · 机器人 ${this.windows.company.bot}` : `和${this.windows.company.app}的会话`;
    const page = this.spec.page && link(`${this.windows.company.product}${this.spec.page}`, h("span", { className: "page" }, this.spec.page_title));
    return h("header", {}, this.face(), h("div", {}, h("h2", {}, this.title), h("p", {}, people)), page, h("span", { className: "role" }, this.spec.role));
  }

  face() {
    return this.isGroup ? h("span", { className: "avatar group", "aria-hidden": "true" }, "群") : avatar(this.spec.id, this.title);
  }

  makeTab() {
    this.badge = h("b", { className: "badge", hidden: true });
    return h("button", { type: "button", className: "tab", onclick: () => this.chosen(), "aria-pressed": "false", dataset: { tab: this.spec.id } }, this.face(), h("span", {}, this.title), this.badge);
  }

  // A click in the dock: on a phone it goes there, on a desk it opens or closes.
  chosen() {
    if (this.windows.isNarrow) {
      this.setOpen(true);
      this.intoView();
    } else {
      this.setOpen(this.element.hidden);
      if (!this.element.hidden) this.intoView();
    }
  }

  setOpen(isOpen) {
    this.element.hidden = !isOpen;
    this.tab.setAttribute("aria-pressed", String(isOpen));
    if (!isOpen) return;
    this.toEnd();
    if (!this.windows.isNarrow) this.read();
  }

  setOnScreen(isOnScreen) {
    this.tab.classList.toggle("current", isOnScreen);
    this.isOnScreen = isOnScreen;
    if (isOnScreen) {
      this.read();
      this.toEnd();
      if (this.windows.isNarrow) this.tab.scrollIntoView({ inline: "center", block: "nearest" });
    }
  }

  intoView() {
    this.element.scrollIntoView({ behavior: "smooth", inline: "center", block: "nearest" });
  }

  flash() {
    this.element.classList.remove("flash");
    void this.element.offsetWidth;
    this.element.classList.add("flash");
  }

  read() {
    this.unread = 0;
    this.badge.hidden = true;
  }

  holds(message) {
    if (this.isGroup) return message.chat === `group:${this.spec.id}`;
    return message.chat === `app:${this.spec.id}` || message.chat === `bot:${this.spec.id}`;
  }

  put(message, { isOld = false } = {}) {
    if (!this.holds(message)) return;
    const element = bubble(message, {
      viewer: this.speaker,
      nameOf: (userid) => this.windows.nameOf(userid),
      find: (id) => this.windows.messages.get(id),
      bot: this.windows.company.bot,
    });
    const before = this.list.querySelector(`#${idOf(message)}`);
    if (before) {
      before.replaceWith(element);
      return;
    }
    const wasAtEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 120;
    this.stamp(new Date(message.at));
    if (!isOld) element.classList.add("new");
    this.list.append(element);
    if (wasAtEnd || message.sender === this.speaker) this.toEnd();
    if (!isOld && message.sender !== this.speaker) this.count();
  }

  stamp(at) {
    if (!this.lastAt || Math.abs(at - this.lastAt) > GAP) {
      const isSameDay = this.lastAt && dayOnly.format(at) === dayOnly.format(this.lastAt);
      this.list.append(h("li", { className: "stamp" }, (isSameDay ? timeOnly : withDay).format(at)));
    }
    this.lastAt = at;
  }

  count() {
    const isSeen = this.windows.isNarrow ? this.isOnScreen : !this.element.hidden;
    if (isSeen) return;
    this.unread += 1;
    this.badge.textContent = this.unread;
    this.badge.hidden = false;
  }

  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
  }

  // Writing

  composer() {
    this.input = h("textarea", { rows: 1, placeholder: this.isGroup ? "在群里说…" : `以${this.title}的身份说…`, "aria-label": `在${this.title}的窗口里说` });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.send();
      }
    });
    const file = h("input", { type: "file", hidden: true, onchange: (event) => this.sendFile(event.target) });
    return h(
      "form",
      { className: "composer", onsubmit: (event) => { event.preventDefault(); this.send(); } },
      this.isGroup && this.speakAs(),
      h(
        "div",
        { className: "line" },
        !this.isGroup && this.attaching(file),
        this.input,
        h("button", { type: "submit", className: "send" }, "发送"),
        file,
      ),
    );
  }

  // ＋ opens a short list: what the demo has ready to send, and a file of the visitor's own.
  attaching(file) {
    const menu = h("div", { className: "samples", popover: "auto" });
    const choose = (act) => () => { menu.hidePopover(); act(); };
    const button = h("button", { type: "button", className: "attach", "aria-label": "发语音、照片、位置或文件", title: "发语音、照片、位置或文件" }, "＋");
    button.popoverTargetElement = menu;
    menu.append(
      h("p", {}, "现成的样例，点一下就发"),
      ...this.windows.company.samples.filter(({ role }) => !role || role === this.spec.role).map((sample) => h("button", { type: "button", onclick: choose(() => this.sendSample(sample)) }, h("span", {}, sample.title), sample.words && h("small", {}, sample.words))),
      h("button", { type: "button", className: "own", onclick: choose(() => file.click()) }, "选自己的图片、语音（AMR）或文件…"),
    );
    menu.addEventListener("toggle", (event) => {
      if (event.newState !== "open") return;
      const place = button.getBoundingClientRect();
      menu.style.left = `${Math.max(8, Math.min(place.left, innerWidth - menu.offsetWidth - 8))}px`;
      menu.style.top = `${Math.max(8, place.top - menu.offsetHeight - 6)}px`;
    });
    return [button, menu];
  }

  async sendSample(sample) {
    await attempt(() => post("sample", { userid: this.speaker, sample: sample.id }));
  }

  speakAs() {
    const members = this.windows.company.groups[this.spec.id].members;
    const chooser = h(
      "select",
      { "aria-label": "以谁的身份说", onchange: (event) => this.becomes(event.target.value) },
      members.map((userid) => h("option", { value: userid }, this.windows.nameOf(userid))),
    );
    const mention = `@${this.windows.company.bot}`;
    const chip = h("button", { type: "button", className: "chip", onclick: () => this.mention(mention) }, mention);
    return h("div", { className: "speaker" }, h("label", {}, "我是", chooser), chip);
  }

  becomes(userid) {
    this.speaker = userid;
    const end = this.list.scrollTop;
    this.list.replaceChildren();
    this.lastAt = null;
    this.windows.messages.forEach((message) => this.put(message, { isOld: true }));
    this.list.scrollTop = end;
  }

  mention(mark) {
    if (!this.input.value.includes(mark)) this.input.value = `${mark} ${this.input.value}`;
    this.input.focus();
  }

  async send() {
    const text = this.input.value.trim();
    if (!text) return;
    this.input.value = "";
    const chat = this.isGroup ? this.spec.id : "app";
    await attempt(() => post("say", { userid: this.speaker, chat, text }));
  }

  async sendFile(chooser) {
    const [file] = chooser.files;
    chooser.value = "";
    if (!file) return;
    const form = new FormData();
    form.append("userid", this.speaker);
    form.append("file", file, file.name);
    await attempt(() => post("media", form));
  }
}
