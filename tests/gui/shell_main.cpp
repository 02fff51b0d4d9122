// SPDX-License-Identifier: GPL-3.0-or-later
#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_session.hpp>
#else
#define CATCH_CONFIG_RUNNER
#include <catch2/catch.hpp>
#endif
#include "app/gui/theme.h"
#include "tests/gui/session_under_test.h"
#include "tests/gui/small_disk.h"
#include "tests/gui/window_under_test.h"
#include "tests/scratch_folder.h"
#include "views/field/field_view.h"

#include <QApplication>

#include <filesystem>

int main(int argc, char** argv) {
    orrery::gui::use_own_mounts(argv);
    const ScratchFolder home; // settings, plugins' state, slots: nothing of whoever runs the tests
    for (const char* name : {"XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"}) {
        const auto folder = home.path() / name;
        std::filesystem::create_directories(folder);
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
        qputenv(name, folder.c_str());
    }
    const auto session = orrery::gui::start_session(home.path());
    qputenv("ORRERY_PLUGIN_PATH", TEST_PLUGINS);
    qputenv("ORRERY_GRACE_SECONDS", "2");
    if (!qEnvironmentVariableIsSet("DISPLAY") && !qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    orrery::gui::FieldView::prepare_application();
    orrery::gui::MeasuredApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("orrery"));
    QApplication::setApplicationName(QStringLiteral("orrery-test"));
    orrery::gui::apply_theme(orrery::gui::Theme::light);
    const int failed = Catch::Session().run(argc, argv);
    if (session) session->kill();
    return failed;
}
