package dev.sinter.control.platform;

import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.model.BuildResponseItem;
import java.util.ArrayDeque;
import java.util.Deque;

/** Follows a build and keeps its last lines for the message, should it fail. */
final class BuildLog extends BuildImageResultCallback {

    private static final int MAX_ITEMS = 12;

    private final Deque<String> lastItems = new ArrayDeque<>();

    @Override
    public void onNext(BuildResponseItem item) {
        String stream = item.getStream();
        if (stream != null && !stream.isBlank()) {
            synchronized (lastItems) {
                lastItems.addLast(stream.stripTrailing());
                if (lastItems.size() > MAX_ITEMS) {
                    lastItems.removeFirst();
                }
            }
        }
        super.onNext(item);
    }

    String tail() {
        synchronized (lastItems) {
            return String.join("\n", lastItems) + "\n";
        }
    }
}
