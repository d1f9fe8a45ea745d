/* folder: temporary folders of commands.  SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Remove a folder and all in it; links are removed, not followed. What cannot be removed stays, silently. */
void folder_remove(const char *path);
