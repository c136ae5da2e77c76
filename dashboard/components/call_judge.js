// What is decided: a verdict on each finding, deductions for a stretch of the recording, and the keys for both.
// Every act is sent to the server, which answers with the call as it then is.

const DECISIONS = {1: "confirmed", 2: "overturned", 3: "not_applicable"};
const LEAD_IN_S = 0.4;

class CallJudge extends CallText {
  act(kind, values = {}) {
    this.send({kind, call_id: this.data.call_id, seen: this.data.seen, n: Date.now(), ...values});
  }

  // The findings that wait for a verdict, as they are listed.
  open() {
    return this.order.filter((at) => !this.data.findings[at].decision
      && ["violated", "needs_review"].includes(this.data.findings[at].machine));
  }

  // The finding that keys are about: the lit one, else the first that waits.
  pick(at = this.open()[0]) {
    if (at === undefined) return;
    this.light(at);
    const first = this.data.findings[at].evidence[0];
    if (first) this.go(Math.max(0, first.start - LEAD_IN_S), false);
  }

  decide(decision, at = this.lit ?? this.open()[0]) {
    if (!this.data.judging || at === undefined) return;
    this.after = this.open().find((other) => other !== at);
    this.act("judge", {rule: this.data.findings[at].rule, decision});
  }

  // After an act: on to the next finding that waits.
  moveOn() {
    if (this.after === undefined) return;
    this.pick(this.after);
    this.after = undefined;
  }

  buttons(finding, at) {
    const {texts} = this.data;
    const row = el("div", "verdicts");
    if (finding.decision) {
      row.append(el("span", `decided ${finding.decision}`, `${texts[finding.decision]} · ${finding.decided_by}`));
    }
    if (!this.data.judging || !["violated", "needs_review"].includes(finding.machine)) return row;
    for (const [key, decision] of Object.entries(DECISIONS)) {
      if (finding.decision === decision) continue;
      const button = el("button", decision, `${key} ${texts[`do_${decision}`]}`);
      button.dataset.decision = decision;
      button.onclick = (event) => { event.stopPropagation(); this.light(at); this.decide(decision, at); };
      row.append(button);
    }
    return row;
  }

  manualCards() {
    const {texts, manual, judging} = this.data;
    return manual.map((entered) => {
      const card = el("article", "finding violated manual");
      const top = el("div", "top");
      top.append(el("span", "badge violated-ink", texts.manual), el("span", "name", entered.name),
        el("span", "points", `−${entered.points_text} ${texts.points}`));
      card.append(top, el("div", "clause", `${texts.clause} ${entered.clause} · ${entered.by}`));
      if (entered.note) card.append(el("p", "reason", entered.note));
      const row = el("div", "verdicts");
      if (entered.start !== null) {
        const play = el("button", "evidence", `▶ ${clock(entered.start, false)}–${clock(entered.end, false)}`);
        play.onclick = () => this.go(entered.start, true);
        row.append(play);
      }
      if (judging) {
        const back = el("button", "retract", texts.retract);
        back.onclick = () => this.act("retract", {deduction: entered.seq});
        row.append(back);
      }
      card.append(row);
      return card;
    });
  }

  // A stretch drawn on the waveform, or marked by I and O, asks what it costs.
  startRange() {
    if (!this.data.judging) return;
    this.regions.enableDragSelection({color: this.ink("violated", 0.22)});
    this.regions.on("region-created", (region) => {
      if (region.id.startsWith("shade/") || region.id.includes("/") || this.drawing) return;
      this.askRange(region.start, region.end, region);
    });
  }

  mark(edge) {
    if (!this.data.judging || !this.ready) return;
    const now = this.wave.getCurrentTime();
    if (edge === "in") { this.markedFrom = now; return; }
    const from = this.markedFrom ?? Math.max(0, now - 3);
    if (now > from) this.askRange(from, now, null);
  }

  askRange(start, end, region) {
    this.range?.region?.remove();
    this.range = {start, end, region};
    const form = this.find(".manual-form");
    const {texts, items} = this.data;
    form.querySelector(".range").textContent = `${clock(start, true)} – ${clock(end, true)}`;
    const select = form.querySelector(".item");
    select.replaceChildren(...items.map((item) => {
      const option = el("option", "", `${item.clause} ${item.name} (−${item.points})`);
      option.value = item.id;
      return option;
    }));
    const facts = form.querySelector(".facts-list");
    const showFacts = () => {
      const chosen = items.find((item) => item.id === select.value);
      facts.replaceChildren(...(chosen?.facts ?? []).map((fact) => {
        const label = el("label", "");
        const box = el("input", "");
        box.type = "checkbox";
        box.value = fact;
        label.append(box, ` ${texts[`fact_${fact}`]} ×2`);
        return label;
      }));
    };
    select.onchange = showFacts;
    showFacts();
    form.hidden = false;
    select.focus();
  }

  saveRange() {
    const form = this.find(".manual-form");
    const {start, end} = this.range;
    this.act("deduct", {
      item: form.querySelector(".item").value, start_s: start, end_s: end, note: form.querySelector(".note").value,
      facts: [...form.querySelectorAll(".facts-list input:checked")].map((box) => box.value),
    });
    this.closeRange();
  }

  closeRange() {
    this.range?.region?.remove();
    this.range = null;
    this.markedFrom = undefined;
    const form = this.find(".manual-form");
    form.hidden = true;
    form.querySelector(".note").value = "";
  }

  setUpJudging() {
    const form = this.find(".manual-form");
    form.onsubmit = (event) => { event.preventDefault(); this.saveRange(); };
    form.querySelector(".cancel").onclick = () => this.closeRange();
    form.onkeydown = (event) => { if (event.key === "Escape") this.closeRange(); };
    const help = this.find("dialog");
    help.querySelector("button").onclick = () => help.close();
    this.find(".help").onclick = () => help.showModal();
    this.find(".next").onclick = () => this.act("next");
  }

  drawJudging() {
    const {texts, judging, walking} = this.data;
    const form = this.find(".manual-form");
    for (const [selector, key] of [[".form-title", "manual"], [".item-label", "item"], [".note-label", "note"],
      [".save", "save"], [".cancel", "cancel"]]) form.querySelector(selector).textContent = texts[key];
    this.find(".next").textContent = `${texts.next} (N)`;
    this.find(".next").hidden = !walking;
    this.find(".help-title").textContent = texts.help;
    this.find(".help-close").textContent = texts.close;
    this.find(".help").setAttribute("aria-label", texts.help);
    const lines = texts.help_lines.split("\n").slice(0, judging ? undefined : 4);
    this.find(".help-lines").replaceChildren(...lines.flatMap((line) => {
      const [key, what] = line.split("|");
      return [el("dt", "", key), el("dd", "", what)];
    }));
    if (!judging) this.closeRange();
  }

  judgeKey(event) {
    const list = this.order;
    const move = (by) => {
      const at = Math.max(0, list.indexOf(this.lit)) + (this.lit === undefined ? 0 : by);
      this.pick(list[Math.min(list.length - 1, Math.max(0, at))]);
    };
    return {
      1: () => this.decide("confirmed"), 2: () => this.decide("overturned"), 3: () => this.decide("not_applicable"),
      n: () => this.data.walking && this.act("next"), z: () => this.data.judging && this.act("undo"),
      i: () => this.mark("in"), o: () => this.mark("out"), "?": () => this.find("dialog").showModal(),
      arrowdown: () => move(1), arrowup: () => move(-1),
    }[event.key.toLowerCase()];
  }
}
