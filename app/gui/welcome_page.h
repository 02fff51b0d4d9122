// SPDX-License-Identifier: GPL-3.0-or-later
// What the window shows before anything is open: the samples, recent projects, and how to begin.
#pragma once
#include <QSettings>
#include <QVBoxLayout>
#include <QWidget>

#include <vector>

namespace orrery::gui {

class WelcomePage : public QWidget {
    Q_OBJECT

public:
    WelcomePage(const QSettings& settings, QWidget* parent);
    void fill(); // the lists anew

    // The samples, then the recent projects.
    struct Place {
        QString title, about, path;
        bool is_sample = false;
    };
    const std::vector<Place>& places() const { return places_; }

    // Folders with a recipe.toml: of the checkout or installation that this program belongs to.
    static QStringList samples();

Q_SIGNALS:
    void open_requested(const QString& path); // empty: ask for one

private:
    void add_link(QVBoxLayout* layout, const QString& title, const QString& about, const QString& path);
    const QSettings& settings_;
    std::vector<Place> places_;
    QWidget* body_ = nullptr;
    QVBoxLayout* layout_;
};

} // namespace orrery::gui
