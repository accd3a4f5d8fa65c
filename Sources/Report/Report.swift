// SPDX-License-Identifier: GPL-2.0-or-later
//
// Report: findings in the forms that people and programs read.
//
// Entry points: a `ReportWriter` for each form (`TerminalWriter`, `LineWriter`, `JSONWriter`,
// `NDJSONWriter`), which is given one series at a time and gives text; `Sentences`, the words for
// everything that can be wrong with an input.
//
// The decision it rests on: a writer is fed series by series and returns text, so that a mailbox of any
// size can be reported as it is read, and a test compares strings.
