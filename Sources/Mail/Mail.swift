// SPDX-License-Identifier: GPL-2.0-or-later
//
// Mail: from whatever people send to series of patches.
//
// Entry points: `Mailbox(opening:)` indexes everything that was named (pass 1) and groups it into
// series; `Mailbox.series(at:)` reads and parses one of them (pass 2). `MailDraft` goes the other way: a mail
// for a person to send.
//
// The decision it rests on: two passes. The first keeps a fixed-size record a message (hashes of ids,
// offsets), the second holds one series at a time, so that memory does not grow with the mail.
//
// Folders, in the way of the data: Containers (where messages lie), MIME (what a message holds), Log (what
// of it is the commit's), Quotes (replies), Series (what belongs together), Drafts (mail that we write).
