/** Short messages in the corner. Information goes by itself, errors stay until closed. */
import { useEffect } from "preact/hooks";
import type { Notice } from "../state/app-state.ts";
import { useSelect, useStore } from "../state/store.ts";
import { Icon } from "./icons.tsx";

export function Notices() {
  const notices = useSelect((state) => state.notices);
  return (
    <section class="notices" aria-label="Messages">
      {notices.map((notice) => (
        <NoticeView key={notice.id} notice={notice} />
      ))}
    </section>
  );
}

function NoticeView({ notice }: { notice: Notice }) {
  const store = useStore();
  useEffect(() => {
    if (notice.tone === "error") return;
    const timer = setTimeout(() => store.dispatch("notice/closed", { id: notice.id }), 5000);
    return () => clearTimeout(timer);
  }, [notice, store]);
  return (
    <div class="notice" data-tone={notice.tone} role={notice.tone === "error" ? "alert" : "status"}>
      <span>{notice.text}</span>
      <button
        type="button"
        class="icon-button"
        aria-label="Close"
        onClick={() => store.dispatch("notice/closed", { id: notice.id })}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
