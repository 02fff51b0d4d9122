// SPDX-License-Identifier: GPL-3.0-or-later
// The spectrum brush by mouse and keyboard, alone and over a graph that a worker changes while it is dragged.
#include "views/graph/spectrum_brush.h"

#include "core/error.h"
#include "core/files/graph_file.h"
#include "core/worker/worker.h"
#include "tests/catch.h"
#include "tests/scratch_folder.h"
#include "views/field/field_view.h"
#include "views/graph/brush_panel.h"
#include "views/graph/graph_view.h"
#include "views/graph/prediction_bars.h"
#include "views/graph/property_radar.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <cmath>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <set>

using namespace orrery;
using namespace orrery::gui;
using Band = SpectrumBrush::Band;

namespace {

// 0, three times 1, 2, twice 4, 5.
const std::vector<double> values{0, 1, 1, 1, 2, 4, 4, 5};

struct Brushing {
    SpectrumBrush brush;
    QSignalSpy moved{&brush, &SpectrumBrush::band_moved};
    Brushing() {
        brush.resize(500, 200);
        brush.set_spectrum(values);
        brush.show();
        CHECK(QTest::qWaitForWindowExposed(&brush));
    }
    QPoint middle_of(int index) const {
        return {static_cast<int>((brush.edge_x(index) + brush.edge_x(index + 1)) / 2), 100};
    }
    void move(QPoint to) {
        QMouseEvent event(QEvent::MouseMove, to, brush.mapToGlobal(to), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&brush, &event);
    }
    void drag(QPoint from, QPoint to) {
        QTest::mousePress(&brush, Qt::LeftButton, {}, from);
        move((from + to) / 2);
        move(to);
        QTest::mouseRelease(&brush, Qt::LeftButton, {}, to);
    }
};

// Two rings of six, joined by one edge, and their mirror images: many equal eigenvalues.
Graph two_rings() {
    Graph graph{12, false, {}, {}, {}, {}};
    for (std::int32_t i = 0; i < 6; ++i) {
        graph.edges.push_back({i, (i + 1) % 6});
        graph.edges.push_back({6 + i, 6 + (i + 1) % 6});
    }
    graph.edges.push_back({0, 6});
    return graph;
}

// A set of rings (class 0) and of stars (class 1).
GraphSet rings_and_stars() {
    GraphSet set{"two", {}};
    for (std::int32_t i = 0; i < 16; ++i) {
        Graph graph{8 + i / 4, false, {}, {}, {}, {}};
        for (std::int32_t k = 1; k < graph.nodes; ++k) graph.edges.push_back({i % 2 == 0 ? k - 1 : 0, k});
        graph.graph = {{"label", std::vector<std::int64_t>{i % 2}}};
        set.graphs.push_back(std::move(graph));
    }
    return set;
}

// What an experiment makes, asked of a worker; the file is copied to `target`.
void make_artifact(const std::string& experiment, const nlohmann::json& parameters, const std::string& wanted,
                   const std::filesystem::path& target) {
    std::mutex mutex;
    std::condition_variable wake;
    std::string end;
    WorkerOptions options;
    options.device = "cpu";
    Worker worker(options, [&](const WorkerEvent& event) {
        using enum WorkerEvent::Kind;
        const std::lock_guard lock(mutex);
        if (event.kind == WorkerEvent::Kind::artifact && event.name == wanted)
            std::filesystem::copy_file(event.file, target);
        if (event.kind == done) end = "done";
        if (event.kind == failed) end = event.error;
        wake.notify_all();
    });
    worker.request({experiment, parameters, 0, {}});
    std::unique_lock lock(mutex);
    CHECK(wake.wait_for(lock, std::chrono::seconds(60), [&] { return !end.empty(); }));
    CHECK(end == "done");
}

struct Asked {
    ScratchFolder folder;
    BrushWorker worker;
    std::vector<BrushAnswer> answers;
    QStringList problems;
    Asked() {
        write_graphs(folder / "graph.npz", GraphSet{"", {two_rings()}});
        worker.set_project(folder.path());
        QObject::connect(&worker, &BrushWorker::answered, &worker,
                         [this](const BrushAnswer& a) { answers.push_back(a); });
        QObject::connect(&worker, &BrushWorker::failed, &worker, [this](const QString& p) { problems << p; });
    }
    BrushQuestion question(int low, int high) const {
        BrushQuestion q;
        q.file = QString::fromStdString((folder / "graph.npz").string());
        q.ending = ".npz";
        q.stroke.low = low;
        q.stroke.high = high;
        q.stroke.change = "mask";
        return q;
    }
    bool wait(const std::function<bool()>& holds) { return QTest::qWaitFor(holds, 60'000); }
};

std::set<Edge> edge_set(const Graph& graph) {
    std::set<Edge> edges;
    for (const Edge& e : graph.edges) edges.insert({std::min(e.from, e.to), std::max(e.from, e.to)});
    return edges;
}

bool has_opengl() { return FieldView::is_possible(nullptr); }

struct BrushedView {
    ScratchFolder folder;
    GraphView view;
    std::vector<GraphSource> sources;

    BrushedView() {
        view.resize(1000, 700);
        view.show();
        CHECK(QTest::qWaitForWindowExposed(&view));
        view.set_project(QString::fromStdString(folder.path().string()));
    }
    void open(std::vector<Graph> graphs) {
        write_graphs(folder / "graph.npz", GraphSet{"", std::move(graphs)});
        QSignalSpy drawn(&view, &GraphView::drawn);
        view.set_sources({{"run", "a run", "graph", QString::fromStdString((folder / "graph.npz").string()), ".npz"}});
        REQUIRE(QTest::qWaitFor([&] { return !drawn.isEmpty(); }, 20'000));
    }
    GraphCanvas& canvas() { return *view.canvas(); }
    SpectrumBrush& brush() { return *view.brush()->spectrum(); }
    // Shows the brush and waits for the spectrum.
    void take_up() {
        QSignalSpy brushed(&view, &GraphView::brushed);
        QTest::keyClick(&canvas(), Qt::Key_B);
        REQUIRE(QTest::qWaitFor([&] { return !brushed.isEmpty(); }, 60'000));
    }
    void wait_for(const std::function<bool()>& holds) {
        const bool came = QTest::qWaitFor(holds, 20'000);
        INFO(note().toStdString() << "; " << view.brush()->bars()->text().toStdString() << "; "
                                  << view.about_text().toStdString());
        REQUIRE(came);
    }
    QString note() { return view.findChild<QLabel*>("brush_note")->text(); }
};

} // namespace

TEST_CASE("a band is dragged over whole clusters, moved, and changed at its edges", "[gui][graph][brush]") {
    Brushing s;
    s.drag(s.middle_of(4), s.middle_of(6));
    CHECK(s.brush.band() == Band{4, 7});
    CHECK(s.moved.back()[0].toInt() == 4);
    s.drag(s.middle_of(5), s.middle_of(6)); // by its middle, one to the right
    CHECK(s.brush.band() == Band{5, 8});
    s.drag({static_cast<int>(s.brush.edge_x(5)), 100}, s.middle_of(2)); // its lower edge, into a cluster
    CHECK((s.brush.band() == Band{1, 8} || s.brush.band() == Band{4, 8}));
    s.drag({static_cast<int>(s.brush.edge_x(8)) - 1, 100}, s.middle_of(4) + QPoint(5, 0));
    CHECK(s.brush.band().second == 5);
    // The eigenvalue 0 is in no band, and a press without a move changes nothing.
    s.drag({static_cast<int>(s.brush.edge_x(6)), 100}, {0, 100});
    CHECK(s.brush.band().first == 1);
    const auto count = s.moved.size();
    QTest::mouseClick(&s.brush, Qt::LeftButton, {}, s.middle_of(2));
    CHECK(s.moved.size() == count);
    QTest::mouseDClick(&s.brush, Qt::LeftButton, {}, s.middle_of(2));
    CHECK(s.brush.band() == Band{1, 8});
    // While it is dragged, too, and no place twice.
    s.brush.set_band({4, 5});
    const auto before = s.moved.size();
    QTest::mousePress(&s.brush, Qt::LeftButton, {}, {static_cast<int>(s.brush.edge_x(5)) - 1, 100});
    s.move({static_cast<int>(s.brush.edge_x(7)), 100});
    s.move({static_cast<int>(s.brush.edge_x(7)) + 2, 100});
    CHECK(s.moved.size() == before + 1);
    QTest::mouseRelease(&s.brush, Qt::LeftButton, {}, {static_cast<int>(s.brush.edge_x(7)), 100});
}

TEST_CASE("keys move the band and its upper edge by one cluster", "[gui][graph][brush]") {
    Brushing s;
    s.brush.set_band({4, 5});
    const auto press = [&](Qt::Key key, Qt::KeyboardModifiers with = {}) {
        QTest::keyClick(&s.brush, key, with);
        return s.brush.band();
    };
    CHECK(press(Qt::Key_Right) == Band{5, 7});
    CHECK(press(Qt::Key_Right, Qt::ShiftModifier) == Band{5, 8});
    CHECK(press(Qt::Key_Right) == Band{5, 8}); // no farther
    CHECK(press(Qt::Key_Left, Qt::ShiftModifier) == Band{5, 7});
    CHECK(press(Qt::Key_Left) == Band{4, 5});
    CHECK(press(Qt::Key_Home) == Band{1, 4});
    CHECK(press(Qt::Key_Left) == Band{1, 4});
    CHECK(press(Qt::Key_End) == Band{7, 8});
    CHECK(press(Qt::Key_A, Qt::ControlModifier) == Band{1, 8});
    CHECK(press(Qt::Key_Delete).first == 8);
    CHECK(s.moved.size() == 8);
}

TEST_CASE("the brush tells what it shows, also to who can't see it", "[gui][graph][brush]") {
    Brushing s;
    CHECK(s.brush.accessibleName() == "Spectrum brush");
    CHECK(s.brush.accessibleDescription() == "8 eigenvalues, 5 different; the band is empty");
    s.brush.set_band({4, 7});
    CHECK(s.brush.accessibleDescription().endsWith("the band holds 4 to 6"));
    CHECK(s.brush.text_of(2) == "2: 1, one of 3 equal ones");
    auto changed = values;
    changed[4] = 3.25;
    s.brush.set_changed(changed);
    CHECK(s.brush.text_of(4) == "4: 2, now 3.25");
    CHECK(s.brush.text_of(9).isEmpty());
    CHECK(s.brush.index_at(s.middle_of(6).x()) == 6);
    // The band and the changed value are seen.
    const auto picture = [&] { return s.brush.grab().toImage().convertToFormat(QImage::Format_RGB32); };
    const QImage with = picture();
    s.brush.set_band({8, 8});
    const QImage without = picture();
    CHECK(with.pixel(s.middle_of(5).x() + 12, 40) != without.pixel(s.middle_of(5).x() + 12, 40));
    CHECK(with.pixel(s.middle_of(1).x() + 12, 40) == without.pixel(s.middle_of(1).x() + 12, 40));
    s.brush.set_changed({});
    CHECK(picture() != without);
    s.brush.set_spectrum({});
    CHECK(s.brush.text_of(0).isEmpty());
    QTest::keyClick(&s.brush, Qt::Key_Right);
    s.drag({50, 50}, {300, 50}); // nothing to drag over
    CHECK(s.brush.band() == Band{8, 8});
}

TEST_CASE("a stroke is written as a person types it, and read again", "[gui][graph][brush]") {
    for (const char* text : {"low=20 high=34 change=noise std=2.5 output=binarised seed=3",
                             "low=1 high=2 change=mask output=weighted seed=0",
                             "low=0 high=9 change=scale factor=0.1 output=binarised binarise=top-m seed=0",
                             "low=0 high=9 change=noise std=2 output=binarised edit_rate=0.15 seed=0"})
        CHECK(BrushStroke::from_text(text).text() == text);
    for (const char* text : {"low=x", "low=4 high=2", "change=blur", "std=-1", "colour=red", "edit_rate=2"})
        CHECK_THROWS_AS(BrushStroke::from_text(text), Error);
}

TEST_CASE("a question to the worker comes back as a graph with its spectrum and properties", "[gui][graph][brush]") {
    Asked asked;
    asked.worker.ask(asked.question(6, 12));
    REQUIRE(asked.wait([&] { return !asked.answers.empty() || !asked.problems.isEmpty(); }));
    INFO(asked.problems.join(' ').toStdString());
    REQUIRE(asked.answers.size() == 1);
    const BrushAnswer& answer = asked.answers[0];
    REQUIRE(answer.eigenvalues.size() == 12);
    CHECK(std::abs(answer.eigenvalues[0]) < 1e-9);
    CHECK(answer.changed[2] == answer.eigenvalues[2]);
    CHECK(answer.metric("properties/original/diameter") == 7);
    CHECK(answer.metric("eigenvalues") == 12);
    const auto before = edge_set(two_rings()), after = edge_set(*answer.graph);
    std::size_t removed = 0, added = 0;
    for (const Edge& e : before) removed += !after.contains(e);
    for (const Edge& e : after) added += !before.contains(e);
    CHECK(answer.metric("removed") == static_cast<double>(removed));
    CHECK(answer.metric("added") == static_cast<double>(added));
    CHECK(removed + added > 0);
    CHECK(answer.classes.empty());
    CHECK(answer.remark.isEmpty());
    CHECK(std::isnan(answer.metric("no such")));
    // What is wrong comes back as a sentence.
    asked.worker.ask(asked.question(6, 40));
    REQUIRE(asked.wait([&] { return !asked.problems.isEmpty(); }));
    CHECK(asked.problems[0].contains("The graph has 12 eigenvalues"));
}

TEST_CASE("while a hand moves answers go on coming, and the last question has the last one", "[gui][graph][brush]") {
    Asked asked;
    asked.worker.ask(asked.question(2, 12));
    for (int low = 3; low < 12; ++low) asked.worker.ask(asked.question(low, 12));
    REQUIRE(asked.wait([&] { return !asked.worker.is_busy(); }));
    REQUIRE(asked.answers.size() == 2); // the first, then the newest: those between were left out
    CHECK(asked.answers[0].question == asked.question(2, 12));
    CHECK(asked.answers[1].question == asked.question(11, 12));
    CHECK(asked.answers[1].metric("band/low") == 11);
    // Back to what is being computed: nothing more to ask.
    asked.worker.ask(asked.question(4, 12));
    asked.worker.ask(asked.question(5, 12));
    asked.worker.ask(asked.question(4, 12));
    REQUIRE(asked.wait([&] { return !asked.worker.is_busy(); }));
    CHECK(asked.answers.size() == 3);
    // Another graph doesn't wait.
    BrushQuestion other = asked.question(0, 3);
    write_graphs(asked.folder / "other.npz", GraphSet{"", {Graph{5, false, {{0, 1}, {1, 2}}, {}, {}, {}}}});
    other.file = QString::fromStdString((asked.folder / "other.npz").string());
    asked.worker.ask(asked.question(5, 12));
    asked.worker.ask(other);
    REQUIRE(asked.wait([&] { return !asked.worker.is_busy(); }));
    CHECK(asked.answers.size() == 4);
    CHECK(asked.answers.back().eigenvalues.size() == 5);
    // Who stops hears no more.
    asked.worker.ask(asked.question(5, 12));
    asked.worker.stop();
    CHECK_FALSE(asked.worker.is_busy());
    QTest::qWait(200);
    CHECK(asked.answers.size() == 4);
    CHECK(asked.problems.isEmpty());
    asked.worker.set_project({});
    asked.worker.ask(asked.question(5, 12));
    CHECK_FALSE(asked.worker.is_busy());
}

TEST_CASE("a worker of the brush that dies is told and replaced", "[gui][graph][brush][P3]") {
    Asked asked;
    write_graphs(asked.folder / "large.npz", [] {
        Graph graph{2500, false, {}, {}, {}, {}}; // seconds of decomposition
        for (std::int32_t i = 0; i < 2500; ++i) graph.edges.push_back({i, (i + 1) % 2500});
        return GraphSet{"", {graph}};
    }());
    asked.worker.ask(asked.question(2, 12));
    REQUIRE(asked.wait([&] { return asked.answers.size() == 1; }));
    BrushQuestion large = asked.question(2, 12);
    large.file = QString::fromStdString((asked.folder / "large.npz").string());
    asked.worker.ask(large);
    QTest::qWait(300);
    REQUIRE(asked.worker.pid() > 0);
    ::kill(asked.worker.pid(), SIGKILL);
    REQUIRE(asked.wait([&] { return !asked.problems.isEmpty(); }));
    CHECK(asked.problems[0].contains("SIGKILL"));
    asked.worker.ask(asked.question(3, 12));
    REQUIRE(asked.wait([&] { return asked.answers.size() == 2; }));
    CHECK(asked.answers[1].metric("band/high") == 12);
}

TEST_CASE("dragging over the eigenvalues changes the edges that are seen, and the radar", "[gui][gl][graph][brush]") {
    if (!has_opengl()) return;
    BrushedView opened;
    opened.open({two_rings()});
    opened.view.findChild<QToolButton*>("graph_properties")->setChecked(true);
    CHECK_FALSE(opened.view.brush()->isVisible());
    opened.take_up();
    CHECK(opened.view.brush()->isVisible());
    CHECK(opened.brush().spectrum().size() == 12);
    CHECK_FALSE(opened.view.is_brushed());
    CHECK(opened.note().contains("Drag over"));
    // Until then picture and radar show what they did, and the panel the original alone.
    CHECK(static_cast<PropertyRadar*>(opened.view.findChild<QWidget*>("graph_radar"))->properties().empty());
    CHECK_FALSE(opened.view.findChild<QLabel*>("brush_properties")->text().contains(QChar(0x2192)));
    const auto places = opened.canvas().places();
    auto* change = opened.view.findChild<QComboBox*>("brush_change");
    change->setCurrentIndex(change->findData("mask"));
    Q_EMIT change->activated(change->currentIndex());
    QSignalSpy brushed(&opened.view, &GraphView::brushed);
    SpectrumBrush& brush = opened.brush();
    const QPoint from(static_cast<int>(brush.edge_x(6)) + 4, 30), to(static_cast<int>(brush.edge_x(12)) - 2, 30);
    QTest::mousePress(&brush, Qt::LeftButton, {}, from);
    for (int step = 1; step <= 10; ++step) {
        const QPoint at = from + (to - from) * step / 10;
        QMouseEvent move(QEvent::MouseMove, at, brush.mapToGlobal(at), Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&brush, &move);
        QTest::qWait(5);
    }
    QTest::mouseRelease(&brush, Qt::LeftButton, {}, to);
    opened.wait_for([&] { return opened.view.is_brushed() && opened.canvas().graph()->count[1] > 0; });
    CHECK(opened.canvas().graph()->is_pair());
    CHECK(opened.canvas().places() == places); // on the same layout
    CHECK(opened.view.about_text().contains("brushed: "));
    CHECK(opened.note().contains("come, "));
    CHECK(opened.view.findChild<QComboBox*>("graph_compare")->isVisible());
    const auto& radar = static_cast<PropertyRadar*>(opened.view.findChild<QWidget*>("graph_radar"))->properties();
    REQUIRE(radar.size() == 6);
    CHECK(radar[0].before == 7);
    CHECK(std::any_of(radar.begin(), radar.end(), [](const GraphProperty& p) { return p.before != p.after; }));
    CHECK(opened.view.findChild<QLabel*>("brush_properties")->text().contains("diameter"));
    // The original alone has the edges that it had.
    opened.view.set_shown(orrery::gui::Shown::original);
    CHECK(opened.canvas().edges_seen() == 13);
    opened.view.set_shown(orrery::gui::Shown::both);
    // Without a band all is as before.
    brush.setFocus();
    QTest::keyClick(&brush, Qt::Key_Delete);
    opened.wait_for([&] { return !opened.view.is_brushed(); });
    CHECK(opened.canvas().edges_seen() == 13);
    QTest::keyClick(&brush, Qt::Key_A, Qt::ControlModifier);
    opened.wait_for([&] { return opened.view.is_brushed(); });
    QTest::keyClick(&opened.canvas(), Qt::Key_B); // put away
    CHECK_FALSE(opened.view.is_brushed());
    CHECK_FALSE(opened.view.brush()->isVisible());
}

TEST_CASE("what the brush did is kept until it is undone", "[gui][gl][graph][brush]") {
    if (!has_opengl()) return;
    BrushedView opened;
    opened.open({two_rings(), two_rings()});
    opened.take_up();
    auto* keep = opened.view.findChild<QPushButton*>("brush_keep");
    CHECK_FALSE(keep->isEnabled());
    opened.brush().setFocus();
    QTest::keyClick(&opened.brush(), Qt::Key_A, Qt::ControlModifier);
    opened.wait_for([&] { return opened.view.is_brushed(); });
    CHECK(keep->isEnabled());
    QSignalSpy wanted(&opened.view, &GraphView::keep_wanted);
    keep->click();
    REQUIRE(wanted.size() == 1);
    const QString graph = wanted[0][0].toString(), stroke = wanted[0][1].toString();
    CHECK(stroke.toStdString() == "low=1 high=12 change=noise std=2 output=binarised seed=0");
    CHECK(opened.view.keep_brush(graph, stroke).isEmpty()); // as the command does
    CHECK_FALSE(keep->isEnabled());
    opened.wait_for([&] { return opened.view.is_brushed(); });
    const auto edges = opened.canvas().graph()->edges;
    // It stays without the brush, and when one comes back from another graph.
    QTest::keyClick(&opened.canvas(), Qt::Key_B);
    opened.wait_for([&] { return opened.view.is_brushed() && opened.canvas().graph()->edges == edges; });
    opened.view.set_number(1);
    opened.wait_for([&] { return opened.canvas().graph()->key != graph; });
    CHECK_FALSE(opened.view.is_brushed());
    opened.view.set_number(0);
    opened.wait_for([&] { return opened.view.is_brushed() && opened.canvas().graph()->edges == edges; });
    CHECK(opened.view.keep_brush(graph, "") == stroke); // undone
    CHECK_FALSE(opened.view.is_brushed());
    CHECK(opened.canvas().edges_seen() == 13);
    CHECK(opened.view.keep_brush(graph, stroke).isEmpty()); // done again
    opened.wait_for([&] { return opened.view.is_brushed() && opened.canvas().graph()->edges == edges; });
    CHECK_THROWS_AS(opened.view.keep_brush("no/such/0", stroke), Error);
    CHECK_THROWS_AS(opened.view.keep_brush(graph, "low=5 high=2"), Error);
    // It is part of the state that a project keeps; what was decided since counts more.
    const QByteArray state = opened.view.save_state();
    BrushedView again;
    again.open({two_rings(), two_rings()});
    CHECK_FALSE(again.view.is_brushed());
    again.view.restore_state(state);
    again.wait_for([&] { return again.view.is_brushed() && again.canvas().graph()->edges == edges; });
    CHECK(again.view.save_state() == state);
    CHECK(opened.view.keep_brush(graph, "") == stroke);
    opened.view.restore_state(state);
    QTest::qWait(100);
    CHECK_FALSE(opened.view.is_brushed());
}

TEST_CASE("a trained classifier's prediction is shown with its change, or why there is none",
          "[gui][gl][graph][brush]") {
    if (!has_opengl()) return;
    BrushedView opened;
    write_graphs(opened.folder / "set.npz", rings_and_stars());
    nlohmann::json training{{"input", (opened.folder / "set.npz").string()},
                            {"features", "degree"},
                            {"width", 8},
                            {"depth", 2},
                            {"epochs", 10},
                            {"folds", 2},
                            {"batch", 8}};
    make_artifact("graph.classify", training, "model", opened.folder / "by-degree");
    GraphSet labelled = rings_and_stars();
    for (Graph& graph : labelled.graphs)
        graph.node = {{"label", std::vector<std::int64_t>(static_cast<std::size_t>(graph.nodes), 1)}};
    write_graphs(opened.folder / "labelled.npz", labelled);
    training["input"] = (opened.folder / "labelled.npz").string();
    training["features"] = "labels";
    make_artifact("graph.classify", training, "model", opened.folder / "by-label");
    opened.open({rings_and_stars().graphs[1]});
    opened.take_up();
    PredictionBars& bars = *opened.view.brush()->bars();
    CHECK(bars.classes().empty());
    CHECK(bars.text().contains("no finished run of graph.classify"));
    const auto file = [&](const char* name) { return QString::fromStdString((opened.folder / name).string()); };
    opened.view.set_classifiers({{"r2", "labels", file("by-label")}});
    opened.wait_for([&] { return bars.text().contains("node labels"); });
    CHECK(bars.accessibleDescription().contains("the graph has none"));
    // The newest doesn't fit, the one before does.
    opened.view.set_classifiers({{"r2", "labels", file("by-label")}, {"r1", "degrees", file("by-degree")}});
    opened.wait_for([&] { return !bars.classes().empty(); });
    REQUIRE(bars.classes().size() == 2);
    CHECK(bars.text().contains("degrees"));
    CHECK(bars.classes()[0].name == "0");
    CHECK(bars.classes()[0].before + bars.classes()[1].before == Approx(1));
    CHECK(bars.classes()[1].before == Approx(bars.classes()[1].after));
    auto* change = opened.view.findChild<QComboBox*>("brush_change");
    change->setCurrentIndex(change->findData("mask"));
    opened.brush().setFocus();
    QTest::keyClick(&opened.brush(), Qt::Key_A, Qt::ControlModifier);
    opened.wait_for([&] { return bars.classes().size() == 2 && bars.classes()[1].before != bars.classes()[1].after; });
    CHECK(bars.accessibleDescription().contains("before"));
    // By choice the one that doesn't fit.
    auto* classifier = opened.view.findChild<QComboBox*>("brush_classifier");
    classifier->setCurrentIndex(classifier->findText("labels"));
    Q_EMIT classifier->activated(classifier->currentIndex());
    opened.wait_for([&] { return bars.classes().empty(); });
    CHECK(bars.text().contains("The model reads node labels"));
}
