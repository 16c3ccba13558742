/** Say something to everybody: shown in the page's messages, read aloud by screen readers. */
export function announce(words: string, tone: "info" | "danger" | "quiet" = "info"): void {
  const spoken = document.getElementById("announcer");
  const shown = document.getElementById("messages");
  if (tone === "quiet" || !shown) {
    if (spoken) spoken.textContent = words;
    return;
  }
  const note = document.createElement("div");
  note.className = `note note-${tone}`;
  note.setAttribute("role", tone === "danger" ? "alert" : "status");
  note.textContent = words;
  shown.replaceChildren(note);
  note.scrollIntoView({ block: "nearest" });
}
