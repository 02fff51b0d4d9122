// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gui/queue_thread.h"

#include <utility>

namespace orrery::gui {

QueueThread::QueueThread(std::shared_ptr<Project> project) : queue_(std::move(project), listener()) {}

QueueListener QueueThread::listener() {
    QueueListener listener;
    listener.ended = [this](const EndedJob& job) {
        QStringList refused;
        for (const auto& sentence : job.refused) refused << QString::fromStdString(sentence);
        Q_EMIT ended(QString::fromStdString(job.run), static_cast<int>(job.code), refused);
    };
    listener.hindered = [this](const std::string& sentence) { Q_EMIT hindered(QString::fromStdString(sentence)); };
    listener.failed = [this](const Error& error) {
        Q_EMIT failed(QString::fromUtf8(error.what()), QString::fromStdString(error.hint()));
    };
    return listener;
}

} // namespace orrery::gui
