/*
 * Dialogs and tabs. What is hard to get right in them (where the focus goes, which keys do what) is Radix's; a file of
 * their own, so that a page without them does not load it.
 */
import { Dialog as RadixDialog, Tabs as RadixTabs } from 'radix-ui';
import { type ReactNode, useRef } from 'react';

interface DialogProperties {
  readonly open: boolean;
  readonly title: string;
  readonly description?: string;
  readonly children: ReactNode;
  onClose(): void;
}

export function Dialog({ open, title, description, children, onClose }: DialogProperties) {
  const opener = useRef<Element | null>(null);
  return (
    <RadixDialog.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="veil" />
        <RadixDialog.Content
          className="dialog"
          {...(description ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={() => {
            opener.current = document.activeElement;
          }}
          onCloseAutoFocus={(event) => {
            // Radix gives the focus back to a trigger of its own only, and ours are buttons of the screens.
            event.preventDefault();
            giveBack(opener.current);
          }}
        >
          <RadixDialog.Title asChild>
            <h2>{title}</h2>
          </RadixDialog.Title>
          {description && <RadixDialog.Description className="quiet">{description}</RadixDialog.Description>}
          {children}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** The focus to what had it; where that is gone with what was done, to the title, unless it has gone on already. */
function giveBack(opener: Element | null): void {
  if (opener instanceof HTMLElement && opener.isConnected) opener.focus();
  else if (document.activeElement === document.body) document.querySelector<HTMLElement>('main h1')?.focus();
}

export interface Tab {
  readonly id: string;
  readonly label: string;
  readonly content: ReactNode;
}

interface TabsProperties {
  readonly label: string;
  readonly tabs: readonly Tab[];
  /** The id of the one that is open, where an address says so; otherwise they keep that themselves. */
  readonly open?: string;
  onOpen?(id: string): void;
}

export function Tabs({ label, tabs, open, onOpen }: TabsProperties) {
  const chosen = open === undefined ? { defaultValue: tabs[0]?.id ?? '' } : { value: open };
  return (
    <RadixTabs.Root {...chosen} {...(onOpen && { onValueChange: onOpen })} className="stack">
      <RadixTabs.List className="tabs" aria-label={label}>
        {tabs.map(({ id, label: name }) => (
          <RadixTabs.Trigger key={id} value={id}>
            {name}
          </RadixTabs.Trigger>
        ))}
      </RadixTabs.List>
      {tabs.map(({ id, content }) => (
        <RadixTabs.Content key={id} value={id} className="stack">
          {content}
        </RadixTabs.Content>
      ))}
    </RadixTabs.Root>
  );
}
