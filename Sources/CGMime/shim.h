/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Swift does not import GObject's casting macros: the tests we need get a function each. */
#pragma once
#include <gmime/gmime.h>

static inline int gmime_is_part(void *object) { return GMIME_IS_PART(object); }
static inline int gmime_is_multipart(void *object) { return GMIME_IS_MULTIPART(object); }
static inline int gmime_is_message_part(void *object) { return GMIME_IS_MESSAGE_PART(object); }
static inline int gmime_is_text_part(void *object) { return GMIME_IS_TEXT_PART(object); }
