// SPDX-License-Identifier: MIT
import { html, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { kAdminPages, type AdminPage } from '../app/router';
import type { Api } from '../lib/api';
import type { RoomStore } from '../lib/rooms';
import { strings } from '../lib/strings';
import { LightElement } from '../ui/light-element';
import '../ui/page.css';
import './audit';
import './devices';
import './invitations';
import './rooms';
import './settings';
import './storage';
import './users';
import { words } from './words';

/** Everything that only administrators may do, one address for each part. */
@customElement('cc-admin')
export class AdminScreen extends LightElement {
  @property({ attribute: false }) api!: Api;
  @property({ attribute: false }) rooms!: RoomStore;
  @property() page: AdminPage = 'people';
  @property({ attribute: false }) addRoom!: () => void;

  override render(): TemplateResult {
    const { pages } = words();
    return html`<div class="page">
      <h1>${strings.screens.admin}</h1>
      <nav class="tabs" aria-label=${strings.screens.admin}>
        ${kAdminPages.map(
          (page) =>
            html`<a class="tab" href=${`/admin/${page}`} aria-current=${page === this.page ? 'page' : 'false'}
              >${pages[page]}</a
            >`,
        )}
      </nav>
      <section class="page-body" data-admin=${this.page} aria-label=${pages[this.page]}>${this.body()}</section>
    </div>`;
  }

  private body(): TemplateResult {
    const { api, rooms } = this;
    switch (this.page) {
      case 'people':
        return html`<cc-admin-people .api=${api}></cc-admin-people>`;
      case 'invitations':
        return html`<cc-admin-invitations .api=${api} .rooms=${rooms}></cc-admin-invitations>`;
      case 'rooms':
        return html`<cc-admin-rooms .api=${api} .rooms=${rooms} .addRoom=${this.addRoom}></cc-admin-rooms>`;
      case 'devices':
        return html`<cc-admin-devices .api=${api} .rooms=${rooms}></cc-admin-devices>`;
      case 'storage':
        return html`<cc-admin-storage .api=${api}></cc-admin-storage>`;
      case 'settings':
        return html`<cc-admin-settings .api=${api}></cc-admin-settings>`;
      case 'audit':
        return html`<cc-admin-audit .api=${api}></cc-admin-audit>`;
    }
  }
}
