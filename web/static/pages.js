// Everything works without this: it ticks all boxes at once, says in our own words which files were chosen, and keeps a
// form from being sent twice.

for (const all of document.querySelectorAll("[data-all]")) {
  const boxes = [...all.form.querySelectorAll(`[name="${all.dataset.all}"]`)];
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && !all.checked;
    all.nextElementSibling.textContent = ticked ? `选了 ${ticked} 笔` : "全选";
  };
  all.closest("[hidden]").hidden = false;
  all.addEventListener("change", () => { boxes.forEach((box) => { box.checked = all.checked; }); show(); });
  boxes.forEach((box) => box.addEventListener("change", show));
  show();
}

for (const form of document.querySelectorAll('form[method="post"]')) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-busy", "true");
  });
}
addEventListener("pageshow", () => {
  document.querySelectorAll("form").forEach((form) => { delete form.dataset.sent; });
  document.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
});

for (const input of document.querySelectorAll('input[type="file"]')) {
  const label = document.createElement("label");
  const [button, names] = ["选文件", "还没有选"].map((text) => Object.assign(document.createElement("span"), { textContent: text }));
  button.className = "button";
  label.className = "chooser";
  label.htmlFor = input.id;
  label.append(button, names);
  input.classList.add("hidden");
  input.after(label);
  const show = () => { names.textContent = [...input.files].map((file) => file.name).join("、") || "还没有选"; };
  input.addEventListener("change", show);
  show();
}
