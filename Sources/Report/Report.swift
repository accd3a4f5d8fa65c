// SPDX-License-Identifier: GPL-2.0-or-later
//
// Report: findings in the forms that people and programs read.
//
// Entry points: a `ReportWriter` for each form, which is given one series at a time and gives text; `Sentences`,
// the words for everything that can be wrong with an input; `FindingSelection`, how much is told.
//
// Folders: Terminal (what people read), Annotations (remarks beside the lines of files), Checks (one verdict on a
// mail), Reply (drafts of answers), Page (HTML), Model (what the reference model found).
//
// The decision it rests on: a writer is fed series by series and returns text, so that a mailbox of any
// size can be reported as it is read, and a test compares strings.
