// SPDX-License-Identifier: GPL-3.0-or-later
// Includes qcustomplot.h where Qt's words `signals`, `slots` and `foreach` are switched off, as they are in this code
// base.
#pragma once
#include <QObject>

#define signals Q_SIGNALS
#define slots Q_SLOTS
#define foreach Q_FOREACH
#include <qcustomplot.h>
#undef signals
#undef slots
#undef foreach
