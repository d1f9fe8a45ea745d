/* sound: how a name sounds, whatever the alphabet it is written in: Šojgu, Shoigu, Choïgou, Шойгу,
 * Σοϊγκού, შოიგუ are "soigu". Latin, Cyrillic, Greek, Armenian, Georgian by letters with vowels;
 * Arabic and Hebrew, which leave vowels out, by their frame; Hangul is written from the sound.
 *
 * Made for names of persons and places; of common words it says nothing.  SPDX-License-Identifier:
 * GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* Sounds that a word may stand for (char *), added to `out`: several where a spelling is ambiguous
 * ("ch"). Nothing for Han, Kana, Hangul, and for words shorter than four sounds. */
void sound_forms(const char *word, GPtrArray *out);
/* Four sounds are soon alike: Merz and Miersch, Aliyev and Aleph. */
bool sound_is_short(const char *sound);
/* From Latin word to Latin word such a sound counts only if the letters differ as spellings of
 * other scripts do (Sumy, Soumy; Assad, Asad): both, as one text; Kallas is not Callas, Modi no
 * Moody. NULL if the sound is not short or the word not Latin. Caller frees. */
char *sound_short_key(const char *word, const char *sound);
/* Frames of sounds: what Arabic and Hebrew write of them. Nothing if less than four letters stay.
 */
void sound_frames(const char *sound, GPtrArray *out);
/* The frame of a word in Arabic or Hebrew letters; NULL if it is none. Caller frees. */
char *sound_frame_of(const char *word);
/* Whether the word is written in letters that sound_frame_of() reads. */
bool sound_is_frame(const char *word);
/* A Russian name, in Cyrillic, as Korean newspapers write it (National Institute of Korean
 * Language, rules for Russian); NULL if it holds other letters. Caller frees. */
char *sound_hangul(const char *cyrillic);
