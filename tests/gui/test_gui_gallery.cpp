// SPDX-License-Identifier: GPL-3.0-or-later
// Figures in the window: saved from what the views show, seen in the gallery, edited, exported, renamed and removed.
#include "core/figure/figure.h"
#include "tests/catch.h"
#include "tests/gui/window_under_test.h"
#include "views/gallery/export_dialog.h"
#include "views/gallery/figure_editor.h"
#include "views/gallery/gallery_view.h"
#include "views/plot/metric_plot.h"

#include <QAction>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFile>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTest>

using namespace orrery;
using namespace orrery::gui;

namespace {

QString path_of(const std::filesystem::path& path) { return QString::fromStdString(path.string()); }

struct Gallery {
    WindowUnderTest desk;
    GalleryView& view = *desk.window->findChild<GalleryView*>();
    QString run;

    Gallery() {
        run = desk.start(QStringLiteral("test.walk"), QStringLiteral("steps=50"));
        REQUIRE(desk.wait_for(run, Status::done));
        desk.window->select_runs({run});
        auto* dock = desk.window->dock(QStringLiteral("gallery"));
        dock->show();
        dock->raise();
    }
    MetricPlot& plot() const { return *desk.window->findChild<MetricPlot*>(); }
    // Through the metric plot's menu.
    void save(const QString& name) {
        answer<QInputDialog>([name](QInputDialog& dialog) {
            dialog.setTextValue(name);
            dialog.accept();
        });
        plot().findChild<QAction*>(QStringLiteral("plot_save_figure"))->trigger();
        REQUIRE(wait_until([&] { return view.names().contains(name); }));
    }
    Figure saved(const QString& name) const {
        for (const auto& row : desk.window->project()->figures())
            if (row.name == name.toStdString()) return Figure::from_json(nlohmann::json::parse(row.specification));
        FAIL("no such figure");
        return {};
    }
    bool press(const char* action) {
        auto* found = view.findChild<QAction*>(QString::fromUtf8(action));
        if (!found->isEnabled()) return false;
        found->trigger();
        return true;
    }
};

} // namespace

TEST_CASE("what the metric plot shows is saved as a figure, drawn in the gallery, and comes back with undo", "[gui]") {
    Gallery gallery;
    auto options = gallery.plot().options();
    options.over_time = true;
    options.smoothing = 0.5;
    gallery.plot().set_options(options);
    gallery.save(QStringLiteral("Weg #1"));
    const auto figure = gallery.saved(QStringLiteral("Weg #1"));
    CHECK(figure.runs == std::vector<std::string>{gallery.run.toStdString()});
    CHECK(figure.x == "time");
    CHECK(figure.smoothing == 0.5);
    CHECK(wait_until([&] { return gallery.view.has_picture(QStringLiteral("Weg #1")); }));
    gallery.view.select(QStringLiteral("Weg #1"));
    answer<QInputDialog>([](QInputDialog& dialog) {
        dialog.setTextValue(QStringLiteral("Weg 2"));
        dialog.accept();
    });
    REQUIRE(gallery.press("gallery_rename"));
    CHECK(wait_until([&] { return gallery.view.names() == QStringList{QStringLiteral("Weg 2")}; }));
    gallery.view.select(QStringLiteral("Weg 2"));
    REQUIRE(gallery.press("gallery_remove"));
    CHECK(wait_until([&] { return gallery.view.names().isEmpty(); }));
    CHECK_FALSE(gallery.press("gallery_remove")); // nothing is selected any more
    gallery.desk.window->perform(QStringLiteral("edit.undo"));
    CHECK(wait_until([&] { return gallery.view.names() == QStringList{QStringLiteral("Weg 2")}; }));
}

TEST_CASE("a figure is exported from the gallery as the dialog says, beside its sidecar", "[gui]") {
    Gallery gallery;
    gallery.save(QStringLiteral("walk"));
    gallery.view.select(QStringLiteral("walk"));
    const auto file = gallery.desk.folder / "out ä" / "walk.png";
    std::filesystem::create_directory(file.parent_path());
    answer<ExportDialog>([&](ExportDialog& dialog) {
        auto* form = dialog.findChild<QComboBox*>(QStringLiteral("export_form"));
        form->setCurrentIndex(form->findData(QStringLiteral(".svg")));
        auto* preset = dialog.findChild<QComboBox*>(QStringLiteral("export_preset"));
        preset->setCurrentIndex(preset->findData(QStringLiteral("two-columns")));
        Q_EMIT preset->activated(preset->currentIndex());
        CHECK(dialog.findChild<QDoubleSpinBox*>(QStringLiteral("export_width"))->value() == 180);
        dialog.findChild<QDoubleSpinBox*>(QStringLiteral("export_height"))->setValue(60);
        dialog.findChild<QLineEdit*>(QStringLiteral("export_path"))->setText(path_of(file)); // gets the form's ending
        dialog.accept();
    });
    REQUIRE(gallery.press("gallery_export"));
    const auto svg = std::filesystem::path(file).replace_extension(".svg");
    REQUIRE(wait_until([&] { return std::filesystem::exists(svg); }));
    QFile written(path_of(svg));
    REQUIRE(written.open(QIODevice::ReadOnly));
    const auto head = written.read(200);
    CHECK(head.contains("width=\"180mm\""));
    CHECK(head.contains("height=\"60mm\""));
    CHECK(std::filesystem::exists(std::filesystem::path(svg).replace_extension(".json")));
    CHECK(std::filesystem::exists(std::filesystem::path(svg).replace_extension(".csv")));
}

TEST_CASE("a figure that is edited is saved only if its specification is right", "[gui]") {
    Gallery gallery;
    gallery.save(QStringLiteral("walk"));
    gallery.view.select(QStringLiteral("walk"));
    answer<FigureEditor>([](FigureEditor& editor) {
        auto* save = editor.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save);
        auto* metrics = editor.findChild<QLineEdit*>(QStringLiteral("figure_metrics"));
        const QString good = metrics->text();
        metrics->clear();
        CHECK_FALSE(save->isEnabled());
        CHECK(editor.findChild<QLabel*>(QStringLiteral("figure_problem"))->text().contains(QStringLiteral("metrics")));
        metrics->setText(good);
        auto* form = editor.findChild<ParameterForm*>();
        form->set_assignments(form->assignments() << QStringLiteral("title=A walk"));
        CHECK(save->isEnabled());
        save->click();
    });
    REQUIRE(gallery.press("gallery_edit"));
    CHECK(wait_until([&] { return gallery.saved(QStringLiteral("walk")).title == "A walk"; }));
}

TEST_CASE("a figure of a removed run says why it has no picture", "[gui]") {
    Gallery gallery;
    gallery.save(QStringLiteral("walk"));
    REQUIRE(wait_until([&] { return gallery.view.has_picture(QStringLiteral("walk")); }));
    gallery.desk.window->perform(QStringLiteral("run.remove"), {{QStringLiteral("run"), gallery.run}});
    CHECK(wait_until([&] { return !gallery.view.has_picture(QStringLiteral("walk")); }));
}
