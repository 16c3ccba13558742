/** Formatted text: a <textarea data-editor> becomes an editor; what it holds stays HTML of a short list of tags. */
import { Editor, type Extensions } from "@tiptap/core";
import StarterKit from "@tiptap/starter-kit";
import { TableKit } from "@tiptap/extension-table";
import { t } from "./words";

type Act = { words: string; shown: string; isOn?: (editor: Editor) => boolean; run: (editor: Editor) => void };

const EXTENSIONS: Extensions = [
  StarterKit.configure({
    heading: { levels: [3, 4] },
    code: false,
    codeBlock: false,
    strike: false,
    underline: false,
    horizontalRule: false,
    link: { openOnClick: false, protocols: ["http", "https", "mailto"], HTMLAttributes: { target: null, rel: null, class: null } },
  }),
  TableKit.configure({ table: { resizable: false, renderWrapper: false } }),
];

const ACTS: Act[][] = [
  [
    { words: t("Bold"), shown: "B", isOn: (e) => e.isActive("bold"), run: (e) => e.chain().focus().toggleBold().run() },
    { words: t("Italic"), shown: "I", isOn: (e) => e.isActive("italic"), run: (e) => e.chain().focus().toggleItalic().run() },
    { words: t("Link"), shown: t("Link"), isOn: (e) => e.isActive("link"), run: askForLink },
  ],
  [
    { words: t("Heading"), shown: "H", isOn: (e) => e.isActive("heading", { level: 3 }), run: (e) => e.chain().focus().toggleHeading({ level: 3 }).run() },
    { words: t("Smaller heading"), shown: "h", isOn: (e) => e.isActive("heading", { level: 4 }), run: (e) => e.chain().focus().toggleHeading({ level: 4 }).run() },
    { words: t("List with points"), shown: t("• List"), isOn: (e) => e.isActive("bulletList"), run: (e) => e.chain().focus().toggleBulletList().run() },
    { words: t("1. List, numbered"), shown: t("1. List"), isOn: (e) => e.isActive("orderedList"), run: (e) => e.chain().focus().toggleOrderedList().run() },
    { words: t("Quotation"), shown: "“ ”", isOn: (e) => e.isActive("blockquote"), run: (e) => e.chain().focus().toggleBlockquote().run() },
  ],
  [
    { words: t("Table, or a row more"), shown: t("Table +"), run: (e) => (e.isActive("table") ? e.chain().focus().addRowAfter().run() : e.chain().focus().insertTable({ rows: 3, cols: 3, withHeaderRow: true }).run()) },
    { words: t("A column more"), shown: t("Column +"), run: (e) => e.chain().focus().addColumnAfter().run() },
    { words: t("Remove the table"), shown: t("Table −"), run: (e) => e.chain().focus().deleteTable().run() },
  ],
  [
    { words: t("Undo"), shown: t("Undo"), run: (e) => e.chain().focus().undo().run() },
    { words: t("Redo"), shown: t("Redo"), run: (e) => e.chain().focus().redo().run() },
  ],
];

function askForLink(editor: Editor): void {
  const before = (editor.getAttributes("link").href as string | undefined) ?? "https://";
  const address = window.prompt(t("Address of the link (empty removes it)"), before);
  if (address === null) return;
  if (/^(https?:\/\/|mailto:|\/)\S+/.test(address)) editor.chain().focus().extendMarkRange("link").setLink({ href: address }).run();
  else editor.chain().focus().extendMarkRange("link").unsetLink().run();
}

function toolbar(editor: Editor, label: string): HTMLElement {
  const bar = document.createElement("div");
  bar.className = "editor-tools";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", t("Formatting: %(label)s", { label }));
  const buttons: [HTMLButtonElement, Act][] = [];
  for (const group of ACTS) {
    const cluster = document.createElement("span");
    for (const act of group) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = act.shown;
      button.title = act.words;
      button.setAttribute("aria-label", act.words);
      button.tabIndex = buttons.length === 0 ? 0 : -1;
      button.addEventListener("click", () => act.run(editor));
      buttons.push([button, act]);
      cluster.append(button);
    }
    bar.append(cluster);
  }
  bar.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    const all = buttons.map(([button]) => button);
    const here = all.indexOf(document.activeElement as HTMLButtonElement);
    const next = all[(here + step + all.length) % all.length];
    for (const button of all) button.tabIndex = button === next ? 0 : -1;
    next?.focus();
  });
  const mark = (): void => {
    for (const [button, act] of buttons) if (act.isOn) button.setAttribute("aria-pressed", String(act.isOn(editor)));
  };
  editor.on("transaction", mark);
  mark();
  return bar;
}

/** The editor's HTML in the tags the server keeps: no wrappers of cells, no attributes of its own. */
function plainHtml(editor: Editor): string {
  if (editor.isEmpty) return "";
  const page = new DOMParser().parseFromString(editor.getHTML(), "text/html");
  for (const group of page.querySelectorAll("colgroup")) group.remove();
  for (const element of page.body.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      const isKept = (name === "href" && element.tagName === "A") || (/^(col|row)span$/.test(name) && value !== "1");
      if (!isKept) element.removeAttribute(name);
    }
  }
  for (const only of page.querySelectorAll("li > p:only-child, td > p:only-child, th > p:only-child")) only.replaceWith(...only.childNodes);
  return page.body.innerHTML;
}

function startEditor(textarea: HTMLTextAreaElement): void {
  const label = document.querySelector(`label[for="${CSS.escape(textarea.id)}"]`)?.textContent?.trim() ?? t("Text");
  const frame = document.createElement("div");
  frame.className = "editor";
  const attributes: Record<string, string> = { class: "editor-text prose", role: "textbox", "aria-multiline": "true", "aria-label": label };
  for (const name of ["aria-describedby", "aria-invalid"]) {
    const value = textarea.getAttribute(name);
    if (value) attributes[name] = value;
  }
  const editor = new Editor({
    element: frame,
    extensions: EXTENSIONS,
    content: textarea.value,
    injectCSS: false,
    editable: !textarea.readOnly && !textarea.disabled,
    editorProps: { attributes },
    onUpdate: ({ editor: changed }) => {
      textarea.value = plainHtml(changed);
      textarea.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  if (editor.isEditable) frame.prepend(toolbar(editor, label));
  textarea.after(frame);
  textarea.hidden = true;
  textarea.addEventListener("focus", () => editor.commands.focus());
  document.querySelector(`label[for="${CSS.escape(textarea.id)}"]`)?.addEventListener("click", () => editor.commands.focus());
}

export function startEditors(root: ParentNode): void {
  for (const textarea of root.querySelectorAll<HTMLTextAreaElement>("textarea[data-editor]:not([data-is-edited])")) {
    textarea.dataset.isEdited = "yes";
    startEditor(textarea);
  }
}
