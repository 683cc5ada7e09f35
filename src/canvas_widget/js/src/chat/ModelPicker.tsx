import { useEffect, useRef, useState } from "react";
import { useValue } from "../components/context.ts";
import { Icon } from "../components/Icon.tsx";
import { Menu, type MenuGroup } from "../components/Menu.tsx";
import type { PromptOptions, Session } from "../store/session.ts";
import { strings } from "../strings.ts";

export type Choice = Pick<PromptOptions, "provider" | "model" | "strategy">;

interface Props {
  session: Session;
  choice: Choice;
  disabled: boolean;
  onChoose: (choice: Choice) => void;
}

const short = (model: string) => model.replace(/^.*\//, "");

/** Which model answers, and how it goes about it. */
export function ModelPicker({ session, choice, disabled, onChoose }: Props) {
  const offer = useValue("offer");
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const offered = offer.features.has("get_models");

  useEffect(() => {
    if (open && offered)
      session.ask("get_models").catch((error: Error) => session.store.toast(error.message, true));
  }, [open, offered, session]);

  if (!offered) return null;
  const groups: MenuGroup[] = [
    {
      label: strings.chat.models,
      items: [
        {
          label: strings.chat.anyModel,
          checked: !choice.model,
          onPress: () => onChoose({ ...(choice.strategy && { strategy: choice.strategy }) }),
        },
        ...offer.models.map(({ provider, model, usable, whyNot, status }) => ({
          label: short(model) || provider,
          note: usable
            ? [provider, status === "healthy" ? "" : status].filter(Boolean).join(", ")
            : whyNot || status,
          checked: choice.model === model && choice.provider === provider,
          disabled: !usable,
          onPress: () => onChoose({ ...choice, provider, model }),
        })),
      ],
    },
    {
      label: strings.chat.strategies,
      items: [
        {
          label: strings.chat.anyStrategy,
          checked: !choice.strategy,
          onPress: () =>
            onChoose(choice.model ? { provider: choice.provider ?? "", model: choice.model } : {}),
        },
        ...offer.strategies.map((strategy) => ({
          label: strings.chat.strategy(strategy),
          checked: choice.strategy === strategy,
          onPress: () => onChoose({ ...choice, strategy }),
        })),
      ],
    },
  ];
  const shown = [
    choice.model ? short(choice.model) : "",
    choice.strategy ? strings.chat.strategy(choice.strategy) : "",
  ].filter(Boolean);
  return (
    <>
      <button
        ref={anchor}
        type="button"
        className="bt pick"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-disabled={disabled}
        title={strings.chat.choose}
        onClick={() => !disabled && setOpen(!open)}
      >
        <span className="el">{shown.join(" · ") || strings.chat.automatic}</span>
        <Icon name="down" />
      </button>
      {open && (
        <Menu
          label={strings.chat.choose}
          anchor={anchor.current}
          groups={groups}
          above
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
