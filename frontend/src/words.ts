/** The words of the script in the reader's language: the page carries those that differ from English. */
const block = document.getElementById("script-words");
const known = JSON.parse(block?.textContent || "{}") as Record<string, string>;

/** A sentence of `oneplan/platform/web/script_words.py`, with its %(names)s filled in. */
export function t(words: string, values: Record<string, string | number> = {}): string {
  return (known[words] ?? words).replace(/%\((\w+)\)s/g, (whole, name: string) => String(values[name] ?? whole));
}
