// SPDX-License-Identifier: GPL-3.0-or-later
// Graphs of runs in the window: shown when the run is opened, their nodes moved by commands.
#include "core/files/graph_file.h"
#include "core/project.h"
#include "tests/catch.h"
#include "tests/core/sample_run.h"
#include "tests/gui/window_under_test.h"
#include "views/field/field_view.h"
#include "views/gallery/export_dialog.h"
#include "views/graph/brush_panel.h"
#include "views/graph/graph_view.h"
#include "views/graph/prediction_bars.h"
#include "views/graph/spectrum_brush.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>
#include <QTimer>

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace orrery;
using namespace orrery::gui;

namespace {

Graph ring(std::int32_t nodes) {
    Graph graph{nodes, false, {}, {}, {}, {}};
    for (std::int32_t i = 0; i < nodes; ++i) graph.edges.push_back({i, (i + 1) % nodes});
    return graph;
}

// A run that has ended with an original and an augmented graph.
QString add_run(WindowUnderTest& desk) {
    auto project = Project::open(desk.project().toStdString(), Access::write);
    const auto created = project.create_run(sample_request());
    project.begin(created.id, sample_provenance());
    Graph augmented = ring(12);
    augmented.edges.pop_back();
    augmented.edges.push_back({0, 6});
    augmented.edges.push_back({3, 9});
    const std::pair<const char*, Graph> both[] = {{"original", ring(12)}, {"augmented", augmented}};
    for (const auto& [name, graph] : both) {
        const auto file = desk.folder.path() / (std::string(name) + ".npz");
        write_graphs(file, GraphSet{name, {graph}});
        project.add_artifact(created.id, name, Kind::graph, file);
    }
    project.end(created.id, {Outcome::done, 0, "", ""});
    return QString::fromStdString(created.id);
}

// The graph view when it shows such a run.
GraphView& open_run(WindowUnderTest& desk) {
    const auto run = add_run(desk);
    REQUIRE(desk.wait_for(run, Status::done));
    auto& view = *desk.window->findChild<GraphView*>();
    desk.window->perform(QStringLiteral("run.open"), {{QStringLiteral("run"), run}});
    REQUIRE(wait_until([&] { return view.canvas()->graph() != nullptr && view.canvas()->isVisible(); }));
    return view;
}

// A finished training whose model is no model.
void add_training(WindowUnderTest& desk) {
    auto project = Project::open(desk.project().toStdString(), Access::write);
    auto request = sample_request();
    request.experiment = "graph.classify";
    request.name = "a training";
    const auto created = project.create_run(request);
    project.begin(created.id, sample_provenance());
    const auto file = desk.folder.write("model.pt", "nothing of the kind");
    project.add_artifact(created.id, "model", Kind::model, file);
    project.end(created.id, {Outcome::done, 0, "", ""});
}

} // namespace

TEST_CASE("a run's graphs are shown when it is opened; a moved node goes back by undo, bit for bit", "[gui][graph]") {
    if (!FieldView::is_possible(nullptr)) return;
    WindowUnderTest desk;
    auto& view = open_run(desk);
    CHECK(view.canvas()->graph()->nodes == 12);
    CHECK(view.canvas()->graph()->count == std::array<std::size_t, edge_kinds>{11, 1, 2, 0});
    CHECK(view.about_text().startsWith(QStringLiteral("12 nodes, 14 edges")));
    CHECK_FALSE(desk.window->dock(QStringLiteral("graph"))->visibleRegion().isEmpty());
    const auto before = view.canvas()->places();
    view.canvas()->setFocus();
    QTest::keyClick(view.canvas(), Qt::Key_N);
    const auto node = view.canvas()->selected();
    REQUIRE(node);
    QTest::keyClick(view.canvas(), Qt::Key_Right, Qt::ControlModifier);
    const auto after = view.canvas()->places();
    CHECK(after != before);
    REQUIRE(wait_until([&] { return desk.window->commands().undo_title() == QStringLiteral("Move node"); }));
    desk.press("Ctrl+Z");
    CHECK(wait_until([&] { return view.canvas()->places() == before; }));
    REQUIRE(wait_until([&] { return !desk.window->commands().redo_title().isEmpty(); }));
    desk.press("Ctrl+Shift+Z");
    CHECK(wait_until([&] { return view.canvas()->places() == after; }));
    desk.window->select_runs({});
    CHECK(wait_until([&] { return !view.canvas()->isVisible(); }));
}

TEST_CASE("what the graph view shows is exported as a figure beside its sidecar", "[gui][graph][figure]") {
    if (!FieldView::is_possible(nullptr)) return;
    WindowUnderTest desk;
    auto& view = open_run(desk);
    const auto out = desk.folder.path() / "ring.svg";
    QTimer::singleShot(0, qApp, [&] {
        ExportDialog* dialog = nullptr;
        REQUIRE(wait_until(
            [&] { return (dialog = qobject_cast<ExportDialog*>(QApplication::activeModalWidget())) != nullptr; },
            10'000));
        auto* form = dialog->findChild<QComboBox*>(QStringLiteral("export_form"));
        form->setCurrentIndex(form->findData(QStringLiteral(".svg")));
        dialog->findChild<QLineEdit*>(QStringLiteral("export_path"))->setText(QString::fromStdString(out.string()));
        dialog->accept();
    });
    view.findChild<QAction*>(QStringLiteral("graph_export"))->trigger();
    REQUIRE(wait_until([&] { return std::filesystem::exists(out); }));
    std::ifstream file(out);
    const std::string svg((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    CHECK(svg.find(">removed  1<") != std::string::npos);
    CHECK(svg.find(">added  2<") != std::string::npos);
    CHECK(std::filesystem::exists(desk.folder.path() / "ring.json"));
    CHECK(std::filesystem::exists(desk.folder.path() / "ring.csv"));
}

TEST_CASE("what the spectrum brush did to a run's graph is kept by a command, undone and done again", "[gui][graph]") {
    if (!FieldView::is_possible(nullptr)) return;
    WindowUnderTest desk;
    add_training(desk);
    auto& view = open_run(desk);
    view.canvas()->setFocus();
    QTest::keyClick(view.canvas(), Qt::Key_B);
    auto& brush = *view.brush()->spectrum();
    REQUIRE(wait_until([&] { return brush.spectrum().size() == 12; }));
    // The training is offered, and that it is of no use is said.
    CHECK(view.findChild<QComboBox*>("brush_classifier")->findText(QStringLiteral("a training")) == 1);
    CHECK(wait_until([&] { return view.brush()->bars()->text().contains(QStringLiteral("is no TorchScript model")); }));
    const auto pair = view.canvas()->graph()->count;
    CHECK(pair == std::array<std::size_t, edge_kinds>{11, 1, 2, 0}); // nothing is brushed yet
    brush.setFocus();
    QTest::keyClick(&brush, Qt::Key_A, Qt::ControlModifier);
    REQUIRE(wait_until([&] { return view.is_brushed() && view.canvas()->graph()->count != pair; }));
    const auto brushed = view.canvas()->graph()->edges;
    view.findChild<QPushButton*>("brush_keep")->click();
    REQUIRE(wait_until([&] { return desk.window->commands().undo_title() == QStringLiteral("Keep brushed graph"); }));
    desk.press("Ctrl+Z");
    CHECK(wait_until([&] { return !view.is_brushed() && view.canvas()->graph()->count == pair; }));
    CHECK(brush.band().first == brush.band().second);
    REQUIRE(wait_until([&] { return !desk.window->commands().redo_title().isEmpty(); }));
    desk.press("Ctrl+Shift+Z");
    CHECK(wait_until([&] { return view.is_brushed() && view.canvas()->graph()->edges == brushed; }));
    CHECK(brush.band() == SpectrumBrush::Band{1, 12});
}
