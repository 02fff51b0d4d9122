// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of figures for the screen, drawn in the background by the process that exports them.
#pragma once
#include <QHash>
#include <QImage>
#include <QObject>
#include <QString>
#include <QThreadPool>

namespace orrery::gui {

class Thumbnails : public QObject {
    Q_OBJECT
public:
    explicit Thumbnails(QObject* parent = nullptr);
    ~Thumbnails() override; // waits for the picture that is being drawn

    // Of another project: what was asked for of the one before is forgotten.
    void set_project(const QString& folder);
    // Answers made(), at once if it is known; one at a time, the newest request of a name only. `state`: differs when
    // the data may have changed.
    void request(const QString& name, const QString& specification, const QString& state);

Q_SIGNALS:
    void made(QString name, QImage picture, QString problem); // no picture: see the problem

private:
    struct Known {
        QImage picture;
        QString problem;
    };
    void draw(const QString& name, const QString& specification, const QString& key);
    QString folder_;
    QHash<QString, Known> known_;    // by specification and state
    QHash<QString, QString> wanted_; // by name: the key that was asked for last
    QThreadPool pool_;
};

} // namespace orrery::gui
