/** What can be done at once about an error of the program: one row for each message that has a remedy. */
import { type Actions, useActions } from "../session/actions-context.ts";

const remedies: readonly { when: RegExp; text: string; act: (actions: Actions) => unknown }[] = [
  {
    when: /^Trying to backward through the graph a second time/,
    text: "Run again with retain_graph=True",
    act: (actions) => actions.run(true),
  },
];

export function Remedy({ message }: { message: string }) {
  const actions = useActions();
  const remedy = remedies.find(({ when }) => when.test(message));
  return remedy ? (
    <p>
      <button type="button" class="button" onClick={() => remedy.act(actions)}>
        {remedy.text}
      </button>
    </p>
  ) : null;
}
