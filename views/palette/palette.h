// SPDX-License-Identifier: GPL-3.0-or-later
// The palette: type a few letters of what you want, and choose it.
#pragma once
#include <QDialog>
#include <QLineEdit>
#include <QListWidget>

#include <functional>
#include <vector>

namespace orrery::gui {

struct PaletteEntry {
    QString id;       // what chosen() says
    QString title;    // "Remove run"
    QString about;    // smaller, beside it: help, or which run it would be about
    QString shortcut; // "Ctrl+Z"
    QString reason;   // why it can't be done now; empty if it can
};

class Palette : public QDialog {
    Q_OBJECT

public:
    // `search` gives what fits what was typed, the best first.
    using Search = std::function<std::vector<PaletteEntry>(const QString& typed)>;
    explicit Palette(Search search, QWidget* parent = nullptr);

    void open_at(const QRect& window); // in the upper middle of it, with nothing typed

Q_SIGNALS:
    void chosen(const QString& id);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void fill();
    void choose();
    Search search_;
    QLineEdit* typed_;
    QListWidget* list_;
};

} // namespace orrery::gui
