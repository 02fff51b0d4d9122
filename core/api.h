// SPDX-License-Identifier: BSD-3-Clause
// Marks what liborrery_core.so shows to the outside.
#pragma once
#define ORRERY_API __attribute__((visibility("default")))
