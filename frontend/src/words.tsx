/** Text of strangers and numbers, as people read them. */
import { useState } from "preact/hooks";

// what could reorder a line or hide in it is shown as its code point; what is copied stays as it is
const UNSAFE = /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

export function visible(text: string): string {
  return text.replace(UNSAFE, (char) => `\u27e8U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}\u27e9`);
}

export function number(value: number): string {
  return value.toLocaleString("en-US");
}

export function plural(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A fraction, never rounded up to a whole nor down to nothing. */
export function fraction(part: number, whole: number): string {
  if (part === 0 || part === whole) return part ? "1.00" : "0.00";
  const value = part / whole;
  return value < 0.01 ? "<0.01" : value > 0.99 ? ">0.99" : value.toFixed(2);
}

export function Copy({ text, what }: { text: string; what: string }) {
  const [said, say] = useState("");
  const copy = async () => {
    say((await copied(text)) ? "Copied" : "Select it and copy by hand");
    setTimeout(() => say(""), 2000);
  };
  return (
    <span class="copy">
      <button type="button" onClick={copy} aria-label={`Copy ${what}`}>
        Copy
      </button>
      <span role="status">{said}</span>
    </span>
  );
}

/** A page that was opened as a file may not have the clipboard; the old way works there. */
async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
