package dev.sinter.control.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away what was started, newest first and once: when run, or when the process is told to end. Thread-safe; a
 * second caller waits for the first.
 */
final class CleanUp implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(CleanUp.class);

    private final Deque<Runnable> actions = new ArrayDeque<>();

    CleanUp() {
        Runtime.getRuntime().addShutdownHook(new Thread(this, "clean-up"));
    }

    synchronized void add(Runnable action) {
        actions.push(action);
    }

    @Override
    public synchronized void run() {
        while (!actions.isEmpty()) {
            try {
                actions.pop().run();
            } catch (RuntimeException e) {
                log.warn("cleaning up: {}", e.toString());
            }
        }
    }
}
