// SPDX-License-Identifier: GPL-3.0-or-later
// Includes QScintilla's headers where Qt's words `signals` and `slots` are switched off, as they are in this code base.
#pragma once
#include <QObject>

#define signals Q_SIGNALS
#define slots Q_SLOTS
#include <Qsci/qscilexercustom.h>
#include <Qsci/qscilexerpython.h>
#include <Qsci/qsciscintilla.h>
#include <Qsci/qscistyle.h>
#undef signals
#undef slots
