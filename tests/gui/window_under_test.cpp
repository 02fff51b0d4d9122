// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window_under_test.h"

#include <QApplication>
#include <QDropEvent>
#include <QFile>
#include <QMimeData>
#include <QTest>
#include <QUrl>

#include <algorithm>

namespace orrery::gui {

bool wait_until(const std::function<bool()>& holds, int milliseconds) {
    QElapsedTimer clock;
    clock.start();
    while (!holds()) {
        if (clock.elapsed() > milliseconds) return false;
        QApplication::processEvents(QEventLoop::AllEvents, 20);
        QTest::qSleep(2);
    }
    return true;
}

bool MeasuredApplication::notify(QObject* receiver, QEvent* event) {
    const auto type = event->type();
    const bool outermost = depth_++ == 0;
    const auto before = waited_for_cores_ms();
    QElapsedTimer clock;
    clock.start();
    const bool done = QApplication::notify(receiver, event);
    --depth_;
    if (!outermost) return done;
    const double own = static_cast<double>(clock.elapsed()) - (waited_for_cores_ms() - before);
    const bool paints = type == QEvent::Paint || type == QEvent::UpdateRequest;
    if (paints) painting_ms += own;
    if (own > slowest_ms) {
        slowest_ms = own;
        slowest = QStringLiteral("%1 of %2, event %3")
                      .arg(QString::fromUtf8(receiver->metaObject()->className()), receiver->objectName())
                      .arg(static_cast<int>(type));
    }
    return done;
}

double waited_for_cores_ms() {
    QFile file(QStringLiteral("/proc/thread-self/schedstat")); // ns on a core, ns waiting for one, time slices
    if (!file.open(QIODevice::ReadOnly)) return 0;
    const auto parts = file.readAll().split(' ');
    return parts.size() > 1 ? parts[1].toDouble() * 1e-6 : 0;
}

TickMeter::TickMeter() {
    timer_.setTimerType(Qt::PreciseTimer);
    QObject::connect(&timer_, &QTimer::timeout, [this] { tick(); });
    timer_.start(2);
    begin();
}

void TickMeter::begin() {
    clock_.start();
    last_ = 0;
    last_painting_ = application().painting_ms;
    application().slowest_ms = 0;
    last_delay_ = static_cast<qint64>(waited_for_cores_ms());
    longest_ = 0;
}

void TickMeter::tick() {
    const auto now = clock_.elapsed();
    const auto delay = static_cast<qint64>(waited_for_cores_ms());
    const double painting = application().painting_ms;
    longest_ =
        std::max(longest_, static_cast<double>((now - last_) - (delay - last_delay_)) - (painting - last_painting_));
    last_painting_ = painting;
    last_ = now;
    last_delay_ = delay;
}

WindowUnderTest::WindowUnderTest() { open_project(); }

WindowUnderTest::~WindowUnderTest() {
    const auto goes_on = [](const RunRow& row) {
        return row.status == Status::running || row.status == Status::stopping;
    };
    for (const auto& row : window ? rows() : std::vector<RunRow>()) {
        const auto id = QString::fromStdString(row.id);
        if (!run(id) || !goes_on(*run(id))) continue;
        window->perform(QStringLiteral("run.kill"), {{QStringLiteral("run"), id}});
        wait_until([&] { return !run(id) || !goes_on(*run(id)); }, 5000);
    }
    if (window) window->close();
}

QString WindowUnderTest::project() const { return QString::fromStdString((folder.path() / "walk.orrery").string()); }

void WindowUnderTest::open_project() {
    window = std::make_unique<MainWindow>();
    window->resize(1400, 900);
    window->show();
    window->open(project());
    const bool open = wait_until(
        [this] { return window->project() && window->project()->is_open() && window->project()->catalogue(); });
    QApplication::setActiveWindow(window.get()); // there may be no window manager that does it
    if (!open) throw std::runtime_error("the project did not open: " + window->message().toStdString());
}

void WindowUnderTest::reopen() {
    window->close();
    window.reset();
    open_project();
}

std::vector<RunRow> WindowUnderTest::rows() const {
    return window->project() ? *window->project()->runs() : std::vector<RunRow>();
}

QString WindowUnderTest::start(const QString& experiment, const QString& parameters) {
    const auto before = rows().size();
    window->perform(QStringLiteral("run.start"), {{QStringLiteral("experiment"), experiment},
                                                  {QStringLiteral("parameters"), parameters},
                                                  {QStringLiteral("device"), QStringLiteral("cpu")}});
    if (!wait_until([&] { return rows().size() > before; }, 20'000))
        throw std::runtime_error("no run was made: " + window->message().toStdString());
    return QString::fromStdString(rows().back().id);
}

bool WindowUnderTest::wait_for(const QString& id, Status status, int milliseconds) {
    return wait_until([&] { return run(id) && run(id)->status == status; }, milliseconds);
}

void WindowUnderTest::press(const char* keys) {
    const QKeySequence sequence(QString::fromUtf8(keys));
    const auto combination = sequence[0];
    QTest::keyClick(window.get(), combination.key(), combination.keyboardModifiers());
}

bool WindowUnderTest::has_experiment(const char* id) const {
    const auto known = window->project()->catalogue()->experiments();
    return std::any_of(known.begin(), known.end(), [&](const auto& found) { return found.experiment->id == id; });
}

void WindowUnderTest::drop(const std::vector<std::filesystem::path>& files) {
    QMimeData data;
    QList<QUrl> urls;
    for (const auto& file : files) urls << QUrl::fromLocalFile(QString::fromStdString(file.string()));
    data.setUrls(urls);
    const auto place = window->rect().center();
    QDragEnterEvent enter(place, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(window.get(), &enter);
    if (!enter.isAccepted()) throw std::runtime_error("the window doesn't take what is dragged");
    QDropEvent drop(place, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(window.get(), &drop);
}

} // namespace orrery::gui
