// SPDX-License-Identifier: GPL-2.0-or-later
//
// Maintainers: whom the file MAINTAINERS names for a patch.
//
// Entry points: `MaintainersFile(parsing:)` reads it; `MaintainersFile.matches(paths:intro:changes:)` gives its sections for
// a patch, each with the reason.
//
// The decision it rests on: patterns are read as `scripts/get_maintainer.pl` reads them, with its quirks, as its answer is
// what everybody goes by. Patterns for names are globs and matched as bytes; those for text are Perl's, which GLib's regular
// expressions understand.
