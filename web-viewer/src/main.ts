// SPDX-License-Identifier: MIT
import './ui/tokens.css';
import './ui/base.css';
import './app/app';
import { startServiceWorker } from './app/install';

startServiceWorker();
