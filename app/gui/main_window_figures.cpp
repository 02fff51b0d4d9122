// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: saved figures, and figures of what the views show.
#include "app/gui/main_window.h"
#include "views/gallery/export_dialog.h"

#include <QApplication>
#include <QInputDialog>

namespace orrery::gui {

void MainWindow::show_figures() {
    if (!current_) return views_.gallery.set_figures({}, {}, {});
    // Runs that have ended don't change; how many have, and how many there are, tells whether a picture is old.
    std::size_t ended = 0, removed = 0;
    for (const auto& row : *current_->runs()) {
        ended += !goes_on(row.status);
        removed += row.artifacts_removed;
    }
    views_.gallery.set_figures(current_->folder(), current_->figures(),
                               QStringLiteral("%1/%2/%3").arg(current_->runs()->size()).arg(ended).arg(removed));
}

// The one that has the keyboard, else the first that is seen and shows something.
FigureSource MainWindow::figure_source() const {
    const std::pair<FigureSource, QWidget*> views[] = {{FigureSource::plot, views_.plot.widget},
                                                       {FigureSource::sweep, views_.sweep.widget},
                                                       {FigureSource::field, views_.field.widget},
                                                       {FigureSource::graph, views_.graph.widget}};
    const auto* focus = QApplication::focusWidget();
    for (const auto& [source, widget] : views)
        if (focus && (widget == focus || widget->isAncestorOf(focus))) return source;
    for (const auto& [source, widget] : views)
        if (!widget->visibleRegion().isEmpty() && !figure_of(source).isEmpty()) return source;
    return views_.plot.figure().isEmpty() ? FigureSource::field : FigureSource::plot;
}

QString MainWindow::figure_of(FigureSource source) const {
    switch (source) {
    case FigureSource::field:
        return views_.field.figure();
    case FigureSource::graph:
        return views_.graph.figure();
    case FigureSource::sweep:
        return views_.sweep.figure();
    case FigureSource::plot:
        break;
    }
    return views_.plot.figure();
}

void MainWindow::figure_wanted(FigureSource source, bool save) {
    const QString id = save ? QStringLiteral("figure.save") : QStringLiteral("figure.export");
    if (const QString why = reason(id); !why.isEmpty()) return tell(why);
    const QString specification = figure_of(source);
    const bool of_field = source == FigureSource::field;
    if (specification.isEmpty() && source == FigureSource::graph)
        return tell(tr("The graph view shows nothing that a figure could be made of."), views_.graph.no_figure());
    if (specification.isEmpty())
        return tell(of_field ? tr("The field view shows nothing that a figure could be made of.")
                             : tr("The plot shows no curve that a figure could be made of."),
                    tr("Choose a run that has ended."));
    const auto figure = nlohmann::json::parse(specification.toStdString());
    const auto& of = of_field                        ? figure.at("field")
                     : source == FigureSource::graph ? figure.at("artifact")
                                                     : figure.at("metrics").front();
    QString name = QString::fromStdString(of.get<std::string>());
    if (!save) {
        ExportDialog dialog(name, specification, this);
        if (dialog.exec() == QDialog::Accepted)
            perform(id, {{QStringLiteral("figure"), specification},
                         {QStringLiteral("path"), dialog.path()},
                         {QStringLiteral("changes"), dialog.changes()}});
        return;
    }
    const QString first = name;
    for (int number = 2; views_.gallery.names().contains(name); ++number)
        name = QStringLiteral("%1 %2").arg(first).arg(number);
    bool ok = false;
    name = QInputDialog::getText(this, tr("Save as figure"), tr("Name of the figure"), QLineEdit::Normal, name, &ok);
    if (!ok) return;
    perform(id, {{QStringLiteral("name"), name}, {QStringLiteral("specification"), specification}});
}

} // namespace orrery::gui
