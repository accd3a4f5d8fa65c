/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rounds.md in Promela. A process never ends, as its end would be a step of its own. */
bit lock;
byte count, shown;

inline round()
{
	d_step { lock == 0 -> lock = 1 };
	read = count;
	d_step { count = read + 1; read = 0 };
	lock = 0;
	read = count;
	d_step { shown = read; read = 0 }
}

active [3] proctype user()
{
	byte read;

	round();
	round();
	round();
	round();
end:	false
}
