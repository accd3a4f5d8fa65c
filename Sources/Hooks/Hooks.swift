// SPDX-License-Identifier: GPL-2.0-or-later
//
// Hooks: review-patch where git calls it by itself.
//
// Entry points: `HookFolder.install(_:program:)` and `remove(_:)` write and take away the script that git runs;
// `SendEmailCall(file:)` and `ApplySession(in:)` tell which mails go together, as git hands a hook one at a time;
// `HookState` remembers which of them were reviewed; `CommitDraft` makes a mail of a commit message, to be judged as one.
//
// The decision it rests on: a hook must never be in the way. The script stops git for one exit status only, whatever
// else happens to the program it calls.
