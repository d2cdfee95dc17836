import { options } from "preact";
import { useEffect, useState } from "preact/hooks";

/** Whether the page is being printed, when every failure is unfolded; drawn at once, for the printer does not wait. */
export function usePrinting(): boolean {
  const [printing, setPrinting] = useState(() => matchMedia("print").matches);
  useEffect(() => {
    const query = matchMedia("print");
    const now = (value: boolean) => {
      const usual = options.debounceRendering;
      options.debounceRendering = (draw) => draw();
      setPrinting(value);
      options.debounceRendering = usual;
    };
    const before = () => now(true);
    const after = () => now(false);
    const change = () => now(query.matches);
    addEventListener("beforeprint", before);
    addEventListener("afterprint", after);
    query.addEventListener("change", change);
    return () => {
      removeEventListener("beforeprint", before);
      removeEventListener("afterprint", after);
      query.removeEventListener("change", change);
    };
  }, []);
  return printing;
}
