/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Swift does not import GObject's casting macros: the tests we need get a function each. */
#pragma once
#include <gmime/gmime.h>
#include <zlib.h>

static inline int gmime_is_part(void *object) { return GMIME_IS_PART(object); }
static inline int gmime_is_multipart(void *object) { return GMIME_IS_MULTIPART(object); }
static inline int gmime_is_message_part(void *object) { return GMIME_IS_MESSAGE_PART(object); }
static inline int gmime_is_text_part(void *object) { return GMIME_IS_TEXT_PART(object); }
static inline int gmime_is_mailbox(void *object) { return INTERNET_ADDRESS_IS_MAILBOX(object); }
static inline int gmime_is_group(void *object) { return INTERNET_ADDRESS_IS_GROUP(object); }

/* zlib's macros hide the version and the size; 15 + 16 reads gzip and nothing else. */
static inline int gzip_begin(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
