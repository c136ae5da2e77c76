// What is read: the transcript with the evidence marked, and the findings. `go` and `drawRegions` are the player's.
// Everything is built with textContent: transcripts and reasons are data, never markup.

const VERDICTS = ["violated", "needs_review", "passed", "not_applicable"];

function el(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function clock(seconds, tenths) {
  const whole = Math.max(0, tenths ? Math.floor(seconds * 10 + 1e-6) / 10 : Math.floor(seconds + 1e-6));
  const minutes = Math.floor(whole / 60);
  const rest = (whole - minutes * 60).toFixed(tenths ? 1 : 0).padStart(tenths ? 4 : 2, "0");
  return `${String(minutes).padStart(2, "0")}:${rest}`;
}

class CallText {
  find(selector) { return this.root.querySelector(selector); }

  // A colour of the theme, as the canvas of the waveform needs it.
  ink(name, alpha = 1) {
    const hex = getComputedStyle(this.root).getPropertyValue(`--${name}`).trim();
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    return `rgba(${r}, ${g}, ${b}, ${alpha})`;
  }

  drawTranscript() {
    const {lines, texts} = this.data;
    this.current = null;
    this.rows = lines.map((line) => ({start: line.start, end: line.end, node: this.turn(line)}));
    this.find(".transcript").replaceChildren(
      ...(lines.length ? this.rows.map((row) => row.node) : [el("div", "none-here", texts.no_words)]));
  }

  turn(line) {
    const {texts} = this.data;
    const node = el("div", `turn ${line.role}${line.silence ? " silence" : ""}`);
    node.dataset.start = line.start;
    const time = el("button", "time", clock(line.start, true));
    const words = el("span", "words");
    node.append(time, el("span", "who", line.silence ? texts.silence : texts[line.role]), words);
    if (line.silence) words.append(texts.silence_of.replace("SECONDS", (line.end - line.start).toFixed(1)));
    for (const piece of line.pieces) this.piece(words, piece, line, node);
    if (line.confidence < 0.6 && !line.silence) words.append(el("span", "weak", texts.weak));
    node.onclick = () => this.go(line.start, false);
    return node;
  }

  piece(words, piece, line, node) {
    if (!piece.findings.length) { words.append(piece.text); return; }
    const hits = piece.findings.map((at) => this.data.findings[at]);
    const worst = VERDICTS.find((verdict) => hits.some((hit) => hit.verdict === verdict));
    if (line.silence) node.classList.add(worst);
    else words.append(el("mark", worst, piece.text));
    const play = (event) => {
      event.stopPropagation();
      this.light(piece.findings[0]);
      this.go(piece.start, true);
    };
    if (!line.silence) words.lastChild.onclick = play;
    piece.findings.forEach((at, i) => {
      // A piece that goes on in the next one says its name once, at its end.
      if (!piece.ends.includes(at)) return;
      const tag = el("span", `tag ${hits[i].verdict} ${hits[i].verdict}-ink`, hits[i].name);
      tag.onclick = play;
      words.append(tag);
    });
  }

  drawFindings() {
    const {findings, texts} = this.data;
    const chips = VERDICTS.map((verdict) => {
      const count = findings.filter((finding) => finding.verdict === verdict).length;
      const chip = el("button", `${verdict}-ink`, `${texts[verdict]} ${count}`);
      chip.dataset.verdict = verdict;
      chip.setAttribute("aria-pressed", String(this.shown.has(verdict)));
      chip.onclick = () => {
        if (!this.shown.delete(verdict)) this.shown.add(verdict);
        this.drawFindings();
        this.drawRegions();
      };
      return chip;
    });
    this.find(".chips").replaceChildren(...chips);
    this.root.classList.toggle("show-passed", this.shown.has("passed"));
    // By the machine's verdict: a card keeps its place when a person decides otherwise.
    this.order = findings
      .map((finding, at) => [finding, at])
      .filter(([finding]) => this.shown.has(finding.verdict) || finding.decision)
      .sort(([a, i], [b, j]) => VERDICTS.indexOf(a.machine) - VERDICTS.indexOf(b.machine) || i - j)
      .map(([, at]) => at);
    const cards = [...this.order.map((at) => this.card(findings[at], at)), ...this.manualCards()];
    this.find(".findings").replaceChildren(...(cards.length ? cards : [el("div", "none-here", texts.no_findings)]));
  }

  card(finding, at) {
    const {texts} = this.data;
    const card = el("article", `finding ${finding.verdict}`);
    card.dataset.finding = at;
    card.dataset.rule = finding.rule;
    const top = el("div", "top");
    top.append(el("span", `badge ${finding.verdict}-ink`, texts[finding.verdict]), el("span", "name", finding.name));
    if (finding.count > 1) top.append(el("span", "sure", texts.times.replace("COUNT", finding.count)));
    top.append(finding.points > 0
      ? el("span", "points", `${finding.points_text} ${texts.points}`) : el("span", "points none", texts.no_points));
    const facts = el("div", "clause", `${texts.clause} ${finding.clause}`);
    facts.append(el("span", "sure", ` · ${texts.confidence} ${Math.round(finding.confidence * 100)}%`));
    card.append(top, facts);
    if (finding.reason) card.append(el("p", "reason", finding.reason));
    if (finding.covered_by) card.append(el("p", "sure", texts.covered.replace("RULE", finding.covered_by)));
    if (finding.right_wording && finding.verdict !== "passed" && finding.verdict !== "not_applicable") {
      const right = el("p", "right");
      right.append(el("b", "", `${texts.right} `), finding.right_wording);
      card.append(right);
    }
    if (finding.evidence.length) card.append(this.proofs(finding, at));
    if (finding.decision || this.data.judging) card.append(this.buttons(finding, at));
    card.classList.toggle("lit", this.lit === at);
    card.onclick = () => this.light(at);
    return card;
  }

  proofs(finding, at) {
    const {texts} = this.data;
    const list = el("div", "proofs");
    for (const evidence of finding.evidence) {
      const proof = el("div", "proof");
      const button = el("button", "evidence", `▶ ${clock(evidence.start, false)}`);
      button.dataset.start = evidence.start;
      button.title = texts.play_from.replace("TIME", clock(evidence.start, true));
      button.onclick = () => { this.light(at); this.go(evidence.start, true); };
      const role = el("b", "", texts[evidence.role]);
      role.style.color = `var(--${evidence.role})`;
      role.style.flex = "none";
      if (evidence.text || evidence.role !== "unknown") proof.append(button, role);
      else proof.append(button);
      proof.append(evidence.text
        ? el("q", "", evidence.text)
        : el("span", "", texts.silence_of.replace("SECONDS", (evidence.end - evidence.start).toFixed(1))));
      list.append(proof);
    }
    return list;
  }

  light(at) {
    this.lit = at;
    for (const card of this.root.querySelectorAll(".finding")) {
      const lit = card.dataset.finding === String(at);
      card.classList.toggle("lit", lit);
      if (lit) {
        const pane = this.find(".findings");
        if (card.offsetTop < pane.scrollTop || card.offsetTop > pane.scrollTop + pane.clientHeight - 60) {
          pane.scrollTop = card.offsetTop;
        }
      }
    }
  }
}
