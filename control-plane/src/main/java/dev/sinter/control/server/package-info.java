@NullMarked
package dev.sinter.control.server;

import org.jspecify.annotations.NullMarked;
