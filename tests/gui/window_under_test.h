// SPDX-License-Identifier: GPL-3.0-or-later
// A window with a scratch project, and what tests do to it and measure of it.
#pragma once
#include "app/gui/main_window.h"
#include "tests/scratch_folder.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QTimer>

#include <functional>
#include <memory>

namespace orrery::gui {

// Lets events go on until it holds; false if it doesn't within that time.
bool wait_until(const std::function<bool()>& holds, int milliseconds = 60'000);

// Does it with the dialog that opens next.
template <class Dialog>
void answer(const std::function<void(Dialog&)>& what) {
    QTimer::singleShot(0, qApp, [what] {
        Dialog* dialog = nullptr;
        if (wait_until([&] { return (dialog = qobject_cast<Dialog*>(QApplication::activeModalWidget())) != nullptr; },
                       10'000))
            what(*dialog);
    });
}

// Measures how long events take: those that paint, and the slowest.
class MeasuredApplication : public QApplication {
public:
    using QApplication::QApplication;
    bool notify(QObject* receiver, QEvent* event) override;
    double painting_ms = 0, slowest_ms = 0;
    QString slowest; // receiver and event

private:
    int depth_ = 0;
};

// The longest time between two ticks of the event loop, outside of painting, without what the machine gave to other
// programs meanwhile.
class TickMeter {
public:
    TickMeter();
    void begin(); // forgets what was
    double longest_ms() const { return longest_; }
    QString slowest() const { return application().slowest; } // event, painting or not

private:
    static MeasuredApplication& application() { return *static_cast<MeasuredApplication*>(qApp); }
    void tick();
    QTimer timer_;
    double last_painting_ = 0;
    qint64 last_ = 0, last_delay_ = 0;
    QElapsedTimer clock_;
    double longest_ = 0;
};

// Milliseconds that this thread was ready to run, but didn't since others had the cores.
double waited_for_cores_ms();

struct WindowUnderTest {
    ScratchFolder folder;
    std::unique_ptr<MainWindow> window;

    WindowUnderTest();
    ~WindowUnderTest();
    void reopen(); // closes it, and opens the project in a new one
    void open_project();
    QString project() const;
    std::vector<RunRow> rows() const;
    // Starts it through the command, as the palette does; its id when it is in the snapshot.
    QString start(const QString& experiment, const QString& parameters);
    const RunRow* run(const QString& id) const { return window->project()->run(id); }
    bool wait_for(const QString& id, Status status, int milliseconds = 60'000);
    void press(const char* keys); // "Ctrl+Return", to the window
    bool has_experiment(const char* id) const;
    // Drags the files onto the window and lets go of them.
    void drop(const std::vector<std::filesystem::path>& files);
};

} // namespace orrery::gui
