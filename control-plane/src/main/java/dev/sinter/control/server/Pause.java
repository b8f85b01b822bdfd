package dev.sinter.control.server;

import dev.sinter.control.lifecycle.LifecycleException;
import java.time.Duration;

/** Lets time pass; tests let none pass. */
@FunctionalInterface
interface Pause {

    void of(Duration duration);

    /** Real time. An interrupt ends it with {@code SNT0827}. */
    Pause REAL = duration -> {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LifecycleException("SNT0827", "interrupted while waiting", e);
        }
    };
}
