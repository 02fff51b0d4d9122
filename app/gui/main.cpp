// SPDX-License-Identifier: GPL-3.0-or-later
// orrery-gui: the window. Usage: orrery-gui [PROJECT|RECIPE FOLDER]   orrery-gui --shots FOLDER [PROJECT]
// Internal: orrery-gui --export, which draws a figure without a display (views/figure/export_child.h).
#include "app/gui/crash_note.h"
#include "app/gui/main_window.h"
#include "app/gui/shots.h"
#include "app/gui/theme.h"
#include "core/platform/process.h"
#include "views/field/field_view.h"
#include "views/figure/export_child.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QTimer>

#include <chrono>
#include <cstdio>
#include <string_view>

namespace {

// Prints the clock at the first paint of the window, and closes it: for tests/bench/gui.py.
class FirstPaint : public QObject {
public:
    using QObject::QObject;
    bool eventFilter(QObject* window, QEvent* event) override {
        if (event->type() != QEvent::Paint || seen_) return false;
        seen_ = true;
        QTimer::singleShot(0, window, [window] {
            const auto now = std::chrono::steady_clock::now().time_since_epoch();
            std::printf("%.6f\n", std::chrono::duration<double>(now).count());
            static_cast<QWidget*>(window)->close();
        });
        return false;
    }

private:
    bool seen_ = false;
};

} // namespace

int main(int argc, char** argv) {
    using namespace orrery;
    platform::ensure_standard_descriptors();
    platform::ignore_file_size_signal();
    if (argc == 2 && std::string_view(argv[1]) == "--export") return gui::export_child(argc, argv);
    const platform::StopSignals signals; // the window closes as if it had been asked to, and its layout is kept
    gui::FieldView::prepare_application();
    QApplication application(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("orrery"));
    QApplication::setApplicationName(QStringLiteral("orrery"));
    QApplication::setApplicationDisplayName(QStringLiteral("Orrery"));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QApplication::translate("main", "The window of Orrery, an interactive research workbench"));
    parser.addHelpOption();
    parser.addPositionalArgument(
        QStringLiteral("project"),
        QApplication::translate("main", "Project (NAME.orrery; made if it isn't there) or folder of a recipe"),
        QStringLiteral("[project]"));
    const QCommandLineOption shots(
        QStringLiteral("shots"),
        QApplication::translate("main", "Writes pictures of every panel into the folder, and ends"),
        QStringLiteral("folder"));
    QCommandLineOption first_paint(QStringLiteral("first-paint"));
    first_paint.setFlags(QCommandLineOption::HiddenFromHelp);
    parser.addOption(shots);
    parser.addOption(first_paint);
    parser.process(application);

    const QSettings settings;
    gui::apply_theme(gui::theme_of(settings.value(QStringLiteral("theme")).toString()));
    gui::CrashNote note;
    gui::MainWindow window;
    if (parser.isSet(first_paint)) window.installEventFilter(new FirstPaint(&window));
    window.show();
    if (const auto told = note.earlier(); !told.isEmpty()) window.tell(told, {}, true);
    window.set_crashed_session(note.details());
    note.follow(window);
    QTimer stop;
    QObject::connect(&stop, &QTimer::timeout, &window, [&] {
        if (signals.received() > 0) window.close();
    });
    stop.start(200);
    if (!parser.positionalArguments().isEmpty())
        window.open(parser.positionalArguments().first());
    else if (note.earlier().isEmpty()) // what crashed the last time isn't opened unasked
        window.open_last();
    std::unique_ptr<gui::Shots> pictures;
    if (parser.isSet(shots)) pictures = std::make_unique<gui::Shots>(window, parser.value(shots));
    return QApplication::exec();
}
