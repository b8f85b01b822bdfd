@NullMarked
package dev.sinter.merger.runtimes;

import org.jspecify.annotations.NullMarked;
